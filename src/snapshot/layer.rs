//! A layer as it is written: experiments that share units out among themselves, so that none is in two of them.

use super::fields::{Fields, check_name, list, object, wrong_type};
use super::findings::{Findings, Need};
use super::problem::{Code, Place, Problems};
use super::rule::check_percent;
use super::tree::Json;
use super::unit::{check_unit, require_salt};
use crate::sort::order;

pub(crate) fn check(json: &Json, place: Place<'_>, found: &mut Findings) {
    let known = ["unit", "salt", "experiments", "within", "description"];
    let Some(fields) = Fields::read(json, place, &known, &mut found.problems) else {
        return;
    };
    let problems = &mut found.problems;
    check_unit(&fields, problems);
    require_salt(&fields, problems);
    let expected = "an object with the ranges of each experiment";
    if let Some(json) = fields.require("experiments", expected, problems) {
        check_experiments(json, &place.key("experiments"), problems);
    }
    fields.string("description", "a string", problems);
    if let Some(json) = fields.get("within") {
        let here = place.key("within");
        if let Some(fields) = Fields::read(json, here, &["layer", "experiment"], problems) {
            let layer = fields.require_string("layer", "the key of a layer", problems);
            let experiment = fields.require_string("experiment", "the name of an experiment in it", problems);
            found.needs.extend(membership(&here, layer, experiment));
        }
    }
}

/// A place in an experiment of a layer, when both are named.
pub(super) fn membership(place: &Place<'_>, layer: Option<&str>, experiment: Option<&str>) -> Option<Need> {
    Some(Need { pointer: place.pointer(), to: layer?.to_owned(), members: vec![experiment?.to_owned()] })
}

/// A range that is sound in itself: its ends in buckets, and where it stands.
struct Range<'j> {
    from: u32,
    until: u32,
    experiment: &'j str,
    index: usize,
}

fn check_experiments(json: &Json, place: &Place<'_>, problems: &mut Problems) {
    let mut ranges: Vec<Range<'_>> = Vec::new();
    for (name, written) in object(json, place, problems).unwrap_or_default() {
        let here = place.key(name);
        check_name(name, &here, problems);
        for (index, item) in list(written, "a list of ranges", &here, problems).unwrap_or_default().iter().enumerate() {
            if let Some((from, until)) = check_range(item, &here.index(index), problems) {
                ranges.push(Range { from, until, experiment: name, index });
            }
        }
    }
    let sorted = order(ranges.len(), &|a, b| {
        let begin = |at: usize| ranges.get(at).map(|range| range.from);
        begin(a).cmp(&begin(b))
    });
    let mut before: Option<&Range<'_>> = None;
    for range in sorted.into_iter().filter_map(|at| ranges.get(at)) {
        if let Some(before) = before.filter(|before| range.from < before.until) {
            let message = [
                "this range begins before one of `",
                before.experiment,
                "` ends, expected every unit in at most one experiment",
            ];
            let here = place.key(range.experiment);
            problems.add(&here.index(range.index), Code::InvalidValue, &message);
        }
        if before.is_none_or(|before| before.until < range.until) {
            before = Some(range);
        }
    }
}

/// The buckets of `[from, until]` in percent.
fn check_range(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<(u32, u32)> {
    let expected = "a range such as `[0, 12.5]` in percent";
    let Json::List(ends) = json else {
        wrong_type(json, expected, place, problems);
        return None;
    };
    let [from, until] = ends.as_slice() else {
        problems.add(place, Code::InvalidValue, &["found a list of another length, expected ", expected]);
        return None;
    };
    let from = check_percent(from, &place.index(0), problems);
    let until = check_percent(until, &place.index(1), problems);
    let (from, until) = (from?, until?);
    if from >= until {
        problems.add(place, Code::InvalidValue, &["found an end that isn't behind the beginning, expected ", expected]);
        return None;
    }
    Some((from, until))
}
