//! A share that grows in time, as it is written: `linear`, `exponential` or in `stages`.

use super::fields::{Fields, listed};
use super::limits;
use super::moment::{integer, require_minutes, require_moment};
use super::problem::{Code, Place, Problems, nearest};
use super::rule::check_percent;
use super::tree::Json;
use crate::bucket;
use crate::program::row::{self, halves};
use crate::window::{DAY, MINUTE};

/// A sound ramp, as it runs.
pub(crate) struct Ramp {
    pub(crate) stages: Vec<row::Stage>,
    /// Equal steps from one stage to the next; 0 where the share jumps.
    pub(crate) steps: u32,
    /// Minutes that it is watched after its last stage.
    pub(crate) bake: u32,
}

const KINDS: [&str; 3] = ["linear", "exponential", "stages"];

/// A ramp in which nothing is wrong. Whoever compiles reads again what was checked before.
pub(crate) fn read(json: &Json, place: Place<'_>, problems: &mut Problems) -> Option<Ramp> {
    let kind = if let Some(Json::String(kind)) = json.get("kind") { kind } else { "" };
    let known: &[&str] = match kind {
        "linear" => &["kind", "from", "until", "to", "steps", "bakeMinutes"],
        "exponential" => &["kind", "from", "start", "everyMinutes", "to", "bakeMinutes"],
        "stages" => &["kind", "stages", "bakeMinutes"],
        _ => &["kind", "from", "until", "start", "everyMinutes", "to", "steps", "stages", "bakeMinutes"],
    };
    let fields = Fields::read(json, place, known, problems)?;
    let expected = listed(&KINDS);
    fields.require_string("kind", &expected, problems)?;
    let bake = bake(&fields, problems);
    let (stages, steps) = match kind {
        "linear" => linear(&fields, problems)?,
        "exponential" => (exponential(&fields, problems)?, 0),
        "stages" => (stages(&fields, problems)?, 0),
        _ => {
            let message = ["unknown kind `", kind, "`, expected ", &expected];
            let near = nearest(kind, &mut KINDS.into_iter());
            problems.add_near(&place.key("kind"), Code::InvalidValue, &message, near);
            return None;
        }
    };
    Some(Ramp { stages, steps, bake: bake? })
}

fn bake(fields: &Fields<'_, '_>, problems: &mut Problems) -> Option<u32> {
    let name = "bakeMinutes";
    match fields.get(name) {
        Some(json) => {
            let expected = "a number of minutes from 0 to 5256000";
            integer(json, (0, limits::MINUTES), expected, &fields.place.key(name), problems)
        }
        None => Some(0),
    }
}

fn linear(fields: &Fields<'_, '_>, problems: &mut Problems) -> Option<(Vec<row::Stage>, u32)> {
    let from = require_moment(fields, "from", problems);
    let until = require_moment(fields, "until", problems);
    let to = share(fields, "to", problems);
    let expected = "an integer from 1 to 1000000";
    let steps = fields
        .require("steps", expected, problems)
        .and_then(|json| integer(json, (1, bucket::TOTAL), expected, &fields.place.key("steps"), problems));
    let (from, until) = (from?.at, until?.at);
    if until <= from || until - from > limits::RAMP_DAYS * DAY {
        let message =
            "found an end that is not after `from`, or more than 36525 days after it, expected one in between";
        problems.add(&fields.place.key("until"), Code::InvalidValue, &[message]);
        return None;
    }
    Some((vec![stage(from, 0), stage(until, to?)], steps?))
}

/// It doubles until it is there, which takes at most twenty stages.
fn exponential(fields: &Fields<'_, '_>, problems: &mut Problems) -> Option<Vec<row::Stage>> {
    let from = require_moment(fields, "from", problems);
    let every = require_minutes(fields, "everyMinutes", problems);
    let (start, to) = (share(fields, "start", problems), share(fields, "to", problems));
    let (mut share, to) = (start?, to?);
    if share == 0 || share > to {
        let message = "found a start that is 0 or above `to`, expected one that can grow up to it";
        problems.add(&fields.place.key("start"), Code::InvalidValue, &[message]);
        return None;
    }
    let (mut at, every) = (from?.at, i64::from(every?) * MINUTE);
    let mut stages = Vec::new();
    while share < to {
        stages.push(stage(at, share));
        share *= 2;
        at += every;
    }
    stages.push(stage(at, to));
    Some(stages)
}

fn stages(fields: &Fields<'_, '_>, problems: &mut Problems) -> Option<Vec<row::Stage>> {
    let place = fields.place.key("stages");
    let items = fields.require_list("stages", "a list of stages", problems)?;
    if items.is_empty() {
        problems.add(&place, Code::InvalidValue, &["found an empty list, expected at least one stage"]);
        return None;
    }
    if items.len() > limits::STAGES {
        problems.add(&place, Code::TooMany, &["more than 255 stages, expected fewer"]);
        return None;
    }
    let mut stages: Vec<row::Stage> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let Some(fields) = Fields::read(item, place.index(index), &["at", "percent"], problems) else {
            continue;
        };
        let at = require_moment(&fields, "at", problems);
        let (Some(share), Some(at)) = (share(&fields, "percent", problems), at) else {
            continue;
        };
        if let Some(before) = stages.last() {
            if at.at <= before.at() {
                let message = "found a stage that is not after the one before, expected a later one";
                problems.add(&fields.place.key("at"), Code::InvalidValue, &[message]);
            }
            if share < before.share {
                let message = "found a percentage below the one before, expected one that doesn't fall";
                problems.add(&fields.place.key("percent"), Code::InvalidValue, &[message]);
            }
        }
        stages.push(stage(at.at, share));
    }
    (stages.len() == items.len()).then_some(stages)
}

fn share(fields: &Fields<'_, '_>, name: &str, problems: &mut Problems) -> Option<u32> {
    let json = fields.require(name, "a number from 0 to 100", problems)?;
    check_percent(json, &fields.place.key(name), problems)
}

fn stage(at: i64, share: u32) -> row::Stage {
    row::Stage { at: halves(at.cast_unsigned()), share }
}
