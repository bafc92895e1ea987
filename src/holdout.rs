//! Holdouts: units that are kept from the flags that one covers, so that what all of these do together can be measured.

use crate::bucket::{self, Purpose};
use crate::evaluate::Walk;
use crate::explanation::Verdict;
use crate::outcome::{Need, Outcome, Reason, Stop};
use crate::program::FlagBlock;
use crate::recorder::Recorder;

impl<R: Recorder> Walk<'_, R> {
    /// The position of the first holdout that holds the unit back. The recorder is left in its step, to which everything
    /// belongs that would have been decided.
    #[inline(never)]
    pub(crate) fn held_back(&mut self, flag: FlagBlock<'_>) -> Result<Option<u32>, Need> {
        let program = self.sight.program;
        for (position, number) in (0..).zip(flag.holdouts()) {
            let Some(holdout) = program.holdout(*number) else { continue };
            let row = holdout.row;
            self.recorder.record(|trace| trace.begin("holdout", Some(program.holdout_key(*number))));
            let (mut held, mut why) = (false, "it has ended");
            if row.until().is_none_or(|until| self.sight.now < until) {
                held = row.share() >= bucket::TOTAL;
                why = "the unit isn't held back";
                if !held {
                    match self.sight.bucket(holdout.block, row.unit, holdout.body().bytes(row.prefix)).bucket() {
                        Ok(bucket) => {
                            held = bucket < row.share();
                            if self.recorder.listens() {
                                let key = (holdout.body(), row.unit, row.prefix);
                                self.tell_bucket(key, Purpose::Holdout, (bucket, 0, row.share()), None);
                            }
                        }
                        // Whoever can't be hashed isn't held back.
                        Err(stop) => {
                            stop.error()?;
                            why = "there is no unit";
                        }
                    }
                }
            }
            if held {
                return Ok(Some(position));
            }
            self.recorder.record(|trace| trace.end(Verdict::Passed, &[why]));
        }
        Ok(None)
    }

    /// Keeps what would have been decided, and answers `off`.
    #[cold]
    #[inline(never)]
    pub(crate) fn hold_back(
        &mut self,
        flag: FlagBlock<'_>,
        position: u32,
        instead: Result<Outcome, Stop>,
    ) -> Result<Outcome, Stop> {
        let outcome = match instead {
            Ok(outcome) => outcome,
            Err(stop) => {
                let code = stop.error()?;
                let sight = &self.sight;
                self.recorder.record(|trace| trace.end(Verdict::Failed, &[&sight.complaint(code)]));
                Outcome::failed(code)
            }
        };
        self.sight.kept.would_be = outcome;
        self.recorder.record(|trace| trace.end(Verdict::Decided, &["the unit is held back"]));
        Ok(Outcome::served(flag.row.off(), Reason::Holdout, Some(position)))
    }
}
