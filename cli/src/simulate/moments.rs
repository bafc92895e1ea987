//! The instants that are decided at: one, or a series.

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::input;

/// More than this many points no picture shows apart, and each may take as long as the first.
const MOST: usize = 10_000;

#[derive(Args)]
pub(super) struct Moments {
    /// The instant to decide at, as `2026-11-24T08:00:00Z` or epoch milliseconds [default: now]
    #[arg(long, value_name = "TIME", allow_negative_numbers = true, conflicts_with_all = ["from", "to", "every"])]
    at: Option<String>,
    /// The first instant of a series
    #[arg(long, value_name = "TIME", allow_negative_numbers = true, requires_all = ["to", "every"])]
    from: Option<String>,
    /// The instant that a series goes on to
    #[arg(long, value_name = "TIME", allow_negative_numbers = true, requires = "from")]
    to: Option<String>,
    /// From one instant of the series to the next: `30m`, `1h`, `1d`, `1h30m`, `PT1H`
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, requires = "from")]
    every: Option<String>,
}

impl Moments {
    /// The instants in their order, at least one.
    ///
    /// # Errors
    /// Something isn't a time or a duration, or they make no series.
    pub(super) fn instants(&self) -> Result<Vec<Timestamp>> {
        let (Some(from), Some(to), Some(every)) = (&self.from, &self.to, &self.every) else {
            return Ok(vec![input::instant(self.at.as_deref(), "--at")?]);
        };
        let (first, last) = (input::instant(Some(from), "--from")?, input::instant(Some(to), "--to")?);
        if last < first {
            return Err(anyhow!("found `{to}` for --to, expected a time that is not before --from, `{from}`"));
        }
        let span = duration(every)?;
        // Days and months have a length only in a calendar; that of UTC is the same for everybody.
        let start = first.to_zoned_datetime(TimeZone::UTC);
        let mut instants = vec![first];
        for step in 1.. {
            let next = span.checked_mul(step).ok().and_then(|span| start.checked_add(span).ok());
            let Some(next) = next.map(|next| next.timestamp()).filter(|next| *next <= last) else { break };
            if instants.last().is_some_and(|before| next.as_millisecond() <= before.as_millisecond()) {
                return Err(anyhow!("found `{every}` for --every, expected a duration of at least a millisecond"));
            }
            if instants.len() == MOST {
                return Err(anyhow!(
                    "found `{every}` for --every, expected a duration that makes at most {MOST} instants from --from to --to: \
                     no picture shows more apart"
                ));
            }
            instants.push(next);
        }
        Ok(instants)
    }
}

fn duration(written: &str) -> Result<Span> {
    let expected =
        || format!("found `{written}` for --every, expected a duration such as `30m`, `1h30m`, `1d` or `PT1H`");
    let span: Span = written.parse().with_context(expected)?;
    if !span.is_positive() {
        return Err(anyhow!("found `{written}` for --every, expected a duration above zero"));
    }
    Ok(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(from: &str, to: &str, every: &str) -> Result<Vec<String>> {
        let [from, to, every] = [from, to, every].map(|text| Some(text.to_owned()));
        let instants = Moments { at: None, from, to, every }.instants()?;
        Ok(instants.into_iter().map(|at| at.to_string()).collect())
    }

    #[test]
    fn durations_are_written_as_people_and_iso_write_them() -> Result<()> {
        let hours = ["2026-11-24T08:00:00Z", "2026-11-24T09:30:00Z", "2026-11-24T11:00:00Z"];
        for every in ["1h30m", "90m", "PT1H30M", "1 hour 30 minutes"] {
            assert_eq!(series("2026-11-24T08:00:00Z", "2026-11-24T12:00:00Z", every)?, hours);
        }
        assert_eq!(series("0", "86400000", "1d")?, ["1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z"]);
        Ok(())
    }

    #[test]
    fn months_are_counted_from_the_first_and_so_keep_their_day() -> Result<()> {
        let days = ["2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"];
        assert_eq!(series("2026-01-31T00:00:00Z", "2026-04-01T00:00:00Z", "1mo")?, days);
        Ok(())
    }

    #[test]
    fn the_end_belongs_to_the_series_and_may_be_its_beginning() -> Result<()> {
        assert_eq!(series("0", "3600000", "1h")?.len(), 2);
        assert_eq!(series("0", "3599999", "1h")?.len(), 1);
        assert_eq!(series("5", "5", "1h")?, ["1970-01-01T00:00:00.005Z"]);
        Ok(())
    }

    #[test]
    fn as_many_instants_as_a_picture_shows() -> Result<()> {
        assert_eq!(series("0", "9999", "1ms")?.len(), MOST);
        assert!(series("0", "10000", "1ms").is_err());
        // Shorter than the evaluator's instants.
        assert!(series("0", "1", "1us").is_err());
        Ok(())
    }
}
