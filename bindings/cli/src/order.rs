//! Several photos at a time, with results in the order of the input.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

/// How far work may run ahead of the first result that is still missing. Bounds what waits in
/// memory when one photo takes long; photos themselves never wait, each is dropped by `work`.
const AHEAD: usize = 32;

/// Runs `work` on every item, on as many threads as the machine has processors, and hands the
/// results to `take` in the order of `items` until it breaks. `work` must not panic.
///
/// One item is done on the calling thread: no thread is started for it.
pub(crate) fn in_order<I: Sync, T: Send>(
    items: &[I],
    work: impl Fn(&I) -> T + Sync,
    mut take: impl FnMut(&I, T) -> ControlFlow<()>,
) {
    // the number of processors takes a dozen system calls to find: not for one photo
    let processors = || thread::available_parallelism().map_or(1, NonZero::get);
    let threads = if items.len() > 1 { processors().min(items.len()) } else { 1 };
    if threads == 1 {
        let _ = items.iter().try_for_each(|item| take(item, work(item)));
        return;
    }
    let line = Line::default();
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (send, line, work) = (send.clone(), &line, &work);
            scope.spawn(move || {
                while let Some((index, item)) = line.next().and_then(|i| Some((i, items.get(i)?))) {
                    if send.send((index, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        'items: for (index, item) in items.iter().enumerate() {
            let result = loop {
                if let Some(result) = waiting.remove(&index) {
                    break result;
                }
                let Ok((done, result)) = receive.recv() else { break 'items };
                waiting.insert(done, result);
            };
            if take(item, result).is_break() {
                break;
            }
            line.take_one();
        }
        line.stop();
    });
}

/// Which item comes next, and how many results were taken.
#[derive(Default)]
struct Line {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    next: usize,
    taken: usize,
    stopped: bool,
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The index of the next item, once it is not too far ahead; none after a stop.
    fn next(&self) -> Option<usize> {
        let mut state = self
            .moved
            .wait_while(self.state(), |s| !s.stopped && s.next >= s.taken.saturating_add(AHEAD))
            .unwrap_or_else(PoisonError::into_inner);
        let next = state.next;
        state.next = next.saturating_add(1);
        (!state.stopped).then_some(next)
    }

    fn take_one(&self) {
        let mut state = self.state();
        state.taken = state.taken.saturating_add(1);
        self.moved.notify_all();
    }

    fn stop(&self) {
        self.state().stopped = true;
        self.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_stop_when_told() {
        let items: Vec<usize> = (0..1000).collect();
        let mut seen = Vec::new();
        let work = |i: &usize| {
            // the first of each ten takes longest, so that results come out of order
            for turn in 0..if i.is_multiple_of(10) { 300_000 } else { 1_000 } {
                std::hint::black_box(turn);
            }
            i * 2
        };
        in_order(&items, work, |item, result| {
            assert_eq!(item * 2, result);
            seen.push(*item);
            if seen.len() == 700 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(seen, (0..700).collect::<Vec<_>>());
    }
}
