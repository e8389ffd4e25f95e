//! The round that every command makes over its photos.

use std::ops::ControlFlow;
use std::path::Path;

use crate::order::in_order;
use crate::problem::Problem;
use crate::screen::Screen;
use crate::sources::Source;
use crate::tally::Tally;

/// What became of a photo; none if it was a file in a folder that is no photo.
pub(crate) type Outcome<T> = Result<Option<T>, Problem>;

/// Judges every source, several at a time; counts, and tells what became of each photo, in their
/// order, until nobody listens. Refusals go to standard error as well.
pub(crate) fn over<T: Send>(
    sources: &[Source],
    screen: &mut Screen,
    judge: impl Fn(&Source) -> Outcome<T> + Sync,
    mut tell: impl FnMut(&mut Screen, &Path, Result<T, Problem>) -> ControlFlow<()>,
) -> Tally {
    let mut tally = Tally::default();
    in_order(sources, judge, |source, outcome| {
        screen.step();
        let outcome = match outcome {
            Ok(None) => {
                tally.skipped += 1;
                return ControlFlow::Continue(());
            }
            Ok(Some(done)) => {
                tally.done += 1;
                Ok(done)
            }
            Err(problem) => {
                tally.refused += 1;
                screen.refused(source.path(), &problem);
                Err(problem)
            }
        };
        tell(screen, source.path(), outcome)
    });
    if tally.is_empty() {
        screen.say("there is no photo in what was named; name photos, or folders that hold some");
    }
    tally
}
