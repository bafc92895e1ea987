//! Work in parts on every core; on wasm, which has one, in order.

/// Adds up parts, in any order, so `merge` must not care about it. `make` makes what parts are added to; there may be several
/// of those.
#[cfg(not(target_family = "wasm"))]
pub(super) fn add_up<T: Send>(
    parts: u64,
    make: impl Fn() -> T + Sync + Send,
    add: impl Fn(&mut T, u64) + Sync + Send,
    merge: impl Fn(T, T) -> T + Sync + Send,
) -> T {
    use rayon::iter::{IntoParallelIterator, ParallelIterator};

    let add = |mut sum: T, part| {
        add(&mut sum, part);
        sum
    };
    (0..parts).into_par_iter().fold(&make, add).reduce_with(merge).unwrap_or_else(&make)
}

#[cfg(target_family = "wasm")]
pub(super) fn add_up<T>(parts: u64, make: impl Fn() -> T, add: impl Fn(&mut T, u64), _: impl Fn(T, T) -> T) -> T {
    let mut sum = make();
    (0..parts).for_each(|part| add(&mut sum, part));
    sum
}
