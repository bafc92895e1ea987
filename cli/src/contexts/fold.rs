//! All rows through one function, on every core, with one batch a core in memory.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, anyhow};

use super::progress::Progress;
use super::{BadRow, Contexts, Row, Unread};

/// How many rows were read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// Contexts, the bad rows left out.
    pub(crate) rows: u64,
    /// Rows that were no context.
    pub(crate) bad: u64,
    /// The first of those.
    pub(crate) first_bad: Vec<BadRow>,
}

/// How many bad rows are told of one by one.
const TOLD: usize = 3;

/// Goes through all contexts: a state for each thread, `step` for each row, and `merge` for two states. Each state meets its
/// rows in their order. What comes out is the same for any number of threads, if `merge` is indifferent to which rows each
/// state met. Threads are rayon's: `RAYON_NUM_THREADS` says how many.
///
/// # Errors
/// The input can't be read on; or a row is no context, unless `skip_bad` leaves those out: the first such row is told.
pub(crate) fn fold<T: Send>(
    contexts: Contexts,
    skip_bad: bool,
    new: impl Fn() -> T + Sync + Send,
    step: impl Fn(&mut T, Row) + Sync + Send,
    merge: impl Fn(T, T) -> T + Sync + Send,
) -> Result<(T, Read)> {
    let progress = Progress::new(contexts.extent);
    let name = contexts.name.clone();
    // What was handed out before is still read, so that the first of all bad rows is among those that are found.
    let stop = AtomicBool::new(false);
    let unread = contexts.take_while(|_| !stop.load(Ordering::Relaxed));
    let begin = || Part { state: new(), read: Read::default(), fault: None };
    let go_on = |mut part: Part<T>, item: Result<Unread>| {
        match item {
            Ok(unread) => part.add(&unread, &step, &progress),
            Err(error) => part.fault = Some(error),
        }
        if part.fault.is_some() || (!skip_bad && part.read.bad > 0) {
            stop.store(true, Ordering::Relaxed);
        }
        part
    };
    let join = |one: Part<T>, other: Part<T>| Part {
        state: merge(one.state, other.state),
        read: one.read.and(other.read),
        fault: one.fault.or(other.fault),
    };
    let part = run(unread, &begin, &go_on, &join);
    progress.end();
    if let Some(bad) = part.read.first_bad.first().filter(|_| !skip_bad) {
        return Err(anyhow!("`{name}`, {bad}"));
    }
    match part.fault {
        Some(fault) => Err(fault),
        None => Ok((part.state, part.read)),
    }
}

#[cfg(not(target_family = "wasm"))]
fn run<P: Send, I: Send>(
    items: impl Iterator<Item = I> + Send,
    begin: &(impl Fn() -> P + Sync + Send),
    go_on: &(impl Fn(P, I) -> P + Sync + Send),
    join: &(impl Fn(P, P) -> P + Sync + Send),
) -> P {
    use rayon::iter::{ParallelBridge, ParallelIterator};
    items.par_bridge().fold(begin, go_on).reduce_with(join).unwrap_or_else(begin)
}

#[cfg(target_family = "wasm")]
fn run<P, I>(
    items: impl Iterator<Item = I>,
    begin: &impl Fn() -> P,
    go_on: &impl Fn(P, I) -> P,
    _: &impl Fn(P, P) -> P,
) -> P {
    items.fold(begin(), go_on)
}

/// What one thread has so far.
struct Part<T> {
    state: T,
    read: Read,
    /// Why the input can't be read on.
    fault: Option<anyhow::Error>,
}

impl<T> Part<T> {
    fn add(&mut self, unread: &Unread, step: &impl Fn(&mut T, Row), progress: &Progress) {
        let batch = unread.read();
        self.read.rows += batch.rows.len() as u64;
        batch.rows.into_iter().for_each(|row| step(&mut self.state, row));
        self.read.bad += batch.bad.len() as u64;
        let room = TOLD.saturating_sub(self.read.first_bad.len());
        self.read.first_bad.extend(batch.bad.into_iter().take(room));
        progress.add(unread.extent());
    }
}

impl Read {
    fn and(mut self, other: Self) -> Self {
        self.first_bad.extend(other.first_bad);
        self.first_bad.sort_by_key(|bad| bad.number);
        self.first_bad.truncate(TOLD);
        Self { rows: self.rows + other.rows, bad: self.bad + other.bad, first_bad: self.first_bad }
    }
}
