//! Guardrails as they are written: what is watched, and what is served instead when it goes wrong.

use super::fields::{Fields, check_name, missing, wrong_type};
use super::flag::Variants;
use super::limits;
use super::problem::{Code, Place, Problems};
use super::tree::Json;

/// Checks the guardrails of a flag, or of a rule that serves `arms`, and answers how many there are.
pub(super) fn check(
    fields: &Fields<'_, '_>,
    variants: Variants<'_>,
    arms: Option<&[Json]>,
    problems: &mut Problems,
) -> usize {
    let place = fields.place.key("guardrails");
    let items = fields.list("guardrails", "a list of guardrails", problems);
    for (index, item) in items.iter().enumerate() {
        check_one(item, place.index(index), variants, arms, problems);
    }
    items.len()
}

/// Each has a bit where a host latches rollbacks.
pub(super) fn check_count(count: usize, place: &Place<'_>, problems: &mut Problems) {
    if count > limits::GUARDRAILS {
        problems.add(place, Code::TooMany, &["more than 16 guardrails, expected fewer"]);
    }
}

fn check_one(json: &Json, here: Place<'_>, variants: Variants<'_>, arms: Option<&[Json]>, problems: &mut Problems) {
    let is_outcome = json.get("outcome").is_some();
    let known: &[&str] = if is_outcome {
        &["outcome", "control", "alpha", "rollbackTo", "alarm"]
    } else {
        &["alarm", "rollbackTo", "outcome"]
    };
    let Some(fields) = Fields::read(json, here, known, problems) else {
        return;
    };
    variants.require(&fields, "rollbackTo", problems);
    if !is_outcome {
        if let Some(name) = fields.require_string("alarm", "the name of an alarm", problems) {
            check_name(name, &here.key("alarm"), problems);
        }
        return;
    }
    if fields.get("alarm").is_some() {
        problems.add(&here, Code::InvalidValue, &["found both `alarm` and `outcome`, expected one of them"]);
    }
    if let Some(name) = fields.string("outcome", "the name of an outcome", problems) {
        check_name(name, &here.key("outcome"), problems);
    }
    check_alpha(&fields, problems);
    let Some(control) = fields.get("control") else {
        missing("control", "the arm that the others are compared with", &here, problems);
        return;
    };
    if !variants.check(control, &here.key("control"), problems) {
        return;
    }
    let has_weight = |arm: &Json| {
        arm.get("variant") == Some(control) && matches!(arm.get("weight"), Some(Json::Number(weight)) if *weight > 0.0)
    };
    if !arms.unwrap_or_default().iter().any(has_weight) {
        let message = "outcomes are compared between the arms of a rule's split and this is none of them, expected one with a weight";
        problems.add(&here.key("control"), Code::InvalidValue, &[message]);
    }
}

fn check_alpha(fields: &Fields<'_, '_>, problems: &mut Problems) {
    let expected = "a number between 0 and 1 with at most six decimal places";
    match fields.get("alpha") {
        None => {}
        Some(Json::Number(alpha)) if alpha_millionths(*alpha).is_some() => {}
        Some(Json::Number(_)) => {
            problems.add(
                &fields.place.key("alpha"),
                Code::InvalidValue,
                &["found another number, expected ", expected],
            );
        }
        Some(other) => wrong_type(other, expected, &fields.place.key("alpha"), problems),
    }
}

/// How often a watch may be wrong, in millionths.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
pub(crate) fn alpha_millionths(alpha: f64) -> Option<u32> {
    let scaled = alpha * 1e6;
    let rounded = scaled.round();
    ((1.0..=999_999.0).contains(&rounded) && (scaled - rounded).abs() <= 1e-6).then_some(rounded as u32)
}
