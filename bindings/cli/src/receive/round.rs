//! Some files at a time through the vault: into quarantine, over the desk, out as clean copies.

use std::collections::HashMap;

use unmarked::intake::{Arrival, Examined, Intake};
use unmarked::vault::{self, Id, Kind, Vault};
use unmarked::{Limits, Policy};

use super::Stop;
use super::copies::Copies;
use super::told::{Copy, Received};
use crate::args::ReceiveArgs;
use crate::fault;
use crate::input;
use crate::order::in_order;
use crate::problem::Problem;
use crate::round::Outcome;
use crate::screen::Screen;
use crate::sources::Source;

/// How many files are made to last together. To make them last, the disk is waited for a few times; and what
/// is not there for good when the program is stopped comes again with the next run.
pub(super) const TOGETHER: usize = 32;

/// What became of a file in quarantine.
type Stored = Outcome<Arrival>;

/// Files on their way through the vault.
pub(super) struct Round<'a> {
    args: &'a ReceiveArgs,
    policy: &'a Policy,
    intake: Intake<'a>,
    /// Clean copies in the vault, with their names, by their originals.
    known: HashMap<Id, Vec<(Id, String)>>,
    copies: Option<Copies<'a>>,
}

impl<'a> Round<'a> {
    pub(super) fn begin(
        args: &'a ReceiveArgs,
        vault: &'a mut Vault,
        policy: &'a Policy,
    ) -> Result<Round<'a>, Stop> {
        let stop = Stop::of_vault(args);
        let mut known: HashMap<Id, Vec<(Id, String)>> = HashMap::new();
        for record in vault.list().map_err(&stop)? {
            if let (Kind::Clean { of: Some(of) }, Some(name)) = (record.kind, &record.name) {
                known.entry(of).or_default().push((record.id, name.clone()));
            }
        }
        let copies = args.copies.as_deref();
        let copies =
            copies.map(|folder| Copies::begin(folder, vault)).transpose().map_err(&stop)?;
        let intake = Intake::new(vault).map_err(&stop)?;
        Ok(Round { args, policy, intake, known, copies })
    }

    /// Receives `sources` together: what is given here is there for good.
    pub(super) fn over(
        &mut self,
        sources: &[Source],
        screen: &Screen,
    ) -> Result<Vec<Outcome<Received>>, Stop> {
        let stop = Stop::of_vault(self.args);
        let stored = self.store(sources).map_err(&stop)?;
        let examined = self.examine(&stored, screen).map_err(&stop)?;
        let mut received: Vec<Outcome<Received>> = Vec::new();
        for (stored, examined) in stored.into_iter().zip(examined) {
            received.push(
                stored.map(|arrival| arrival.map(|arrival| self.received(arrival, examined))),
            );
        }
        if let Some(copies) = &mut self.copies {
            for received in received.iter_mut().flatten().flatten() {
                copies.write(self.intake.vault(), &mut received.copies, &stop)?;
            }
            copies.note(self.intake.vault()).map_err(&stop)?;
        }
        Ok(received)
    }

    /// Puts files into quarantine; none for what is no file. One is in memory at a time.
    fn store(&mut self, sources: &[Source]) -> Result<Vec<Stored>, vault::Error> {
        let limits = Limits::default();
        let mut quarantine = self.intake.quarantine()?;
        let mut stored = Vec::new();
        for source in sources {
            stored.push(match input::read_any(source, &limits) {
                Ok(Some(file)) => {
                    let name = source.path().file_name().unwrap_or_default().to_string_lossy();
                    Ok(Some(quarantine.take(&file, &name)?))
                }
                Ok(None) => Ok(None),
                Err(problem) => Err(problem),
            });
        }
        quarantine.commit()?;
        Ok(stored)
    }

    /// Examines what is still to be, one at a time on each processor. A fault in the program is told like a
    /// photo that cannot be cleaned.
    fn examine(
        &mut self,
        stored: &[Stored],
        screen: &Screen,
    ) -> Result<Vec<Option<Result<Examined, Problem>>>, vault::Error> {
        let desk = self.intake.desk(self.policy)?;
        let work = |stored: &Stored| match stored {
            Ok(Some(Arrival { id, unexamined: true, .. })) => {
                fault::contain(|| Ok(Some(desk.examine(*id)))).transpose()
            }
            _ => None,
        };
        let mut all = Ok(Vec::new());
        in_order(stored, work, |_, examined| {
            screen.step();
            let examined = match examined {
                None => Ok(None),
                Some(Err(fault)) => Ok(Some(Err(fault))),
                Some(Ok(examined)) => examined.map(|examined| Some(Ok(examined))),
            };
            match (&mut all, examined) {
                (Ok(all), Ok(examined)) => all.push(examined),
                (_, Err(error)) => {
                    all = Err(error);
                    return std::ops::ControlFlow::Break(());
                }
                (Err(_), Ok(_)) => {}
            }
            std::ops::ControlFlow::Continue(())
        });
        let all = all?;
        desk.commit()?;
        Ok(all)
    }

    /// What is told of a file.
    fn received(
        &mut self,
        arrival: Arrival,
        examined: Option<Result<Examined, Problem>>,
    ) -> Received {
        let known = self.known.entry(arrival.id).or_default();
        let mut received = Received::new(&arrival);
        match examined {
            None => received.copies.extend(known.iter().map(|(id, name)| Copy::known(*id, name))),
            Some(Err(fault)) => received.refused = Some(fault),
            Some(Ok(examined)) => {
                known.extend(examined.copies.iter().map(|copy| (copy.id, copy.name.clone())));
                received.learn(examined, self.policy);
            }
        }
        received
    }
}
