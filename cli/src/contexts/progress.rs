//! A bar on standard error, where that is a terminal.

/// How far a run is.
pub(super) struct Progress {
    #[cfg(not(target_family = "wasm"))]
    bar: indicatif::ProgressBar,
}

#[cfg(not(target_family = "wasm"))]
impl Progress {
    /// Of `extent` in all, or of nobody knows how much.
    pub(super) fn new(extent: Option<u64>) -> Self {
        use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
        // A target that is no terminal draws nothing.
        let bar = ProgressBar::with_draw_target(extent, ProgressDrawTarget::stderr());
        let template = if extent.is_some() { "{bar:40} {percent} %, {eta} left" } else { "{spinner} {elapsed}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar }
    }

    pub(super) fn add(&self, extent: u64) {
        self.bar.inc(extent);
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// Without a terminal nobody watches.
#[cfg(target_family = "wasm")]
impl Progress {
    pub(super) fn new(_: Option<u64>) -> Self {
        Self {}
    }

    pub(super) fn add(&self, _: u64) {
        let Self {} = self;
    }

    pub(super) fn end(&self) {
        let Self {} = self;
    }
}
