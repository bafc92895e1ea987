//! What a host keeps of a flag, as JSON text (see [`Engine::describe`](super::Engine::describe)).

use crate::json_text::JsonText;
use crate::operator::Operand;
use crate::outcome::{ErrorCode, Outcome};
use crate::parents::note;
use crate::program::{Arm, Body, Check, Entry, FlagBlock, Program, row};

pub(super) fn flag(program: &Program, flag: u32) -> String {
    let mut text = JsonText::default();
    text.open('{');
    match program.flag(flag) {
        Some(flag) => {
            own(flag, &mut text);
            text.next();
            form(flag, &mut text);
            text.next();
            reading(program, flag, &mut text);
            text.next();
            traffic(program, flag, &mut text);
        }
        None => {
            text.key("constant");
            text.integer(Outcome::failed(ErrorCode::ParseError).0.into());
        }
    }
    text.close('}');
    text.done()
}

fn own(flag: FlagBlock<'_>, text: &mut JsonText) {
    text.key("constant");
    match flag.row.constant() {
        Some(outcome) => text.integer(outcome.0.into()),
        None => text.raw("-1"),
    }
    if flag.row.timed() {
        text.key("timed");
        text.raw("true");
    }
    text.key("metadata");
    text.raw(flag.text(flag.row.metadata));
}

fn form(flag: FlagBlock<'_>, text: &mut JsonText) {
    text.key("type");
    text.integer(flag.row.kind() as u64);
    text.key("variants");
    text.strings(flag.variants().iter().map(|variant| flag.text(variant.name)));
    text.key("values");
    text.open('[');
    flag.variants().iter().for_each(|variant| text.raw(flag.text(variant.value)));
    text.close(']');
    text.key("rules");
    text.strings(flag.rules().iter().map(|rule| flag.text(rule.id)));
}

fn reading(program: &Program, flag: FlagBlock<'_>, text: &mut JsonText) {
    text.key("reads");
    attributes(program, flag.reads(), text);
    text.key("symbols");
    text.open('[');
    symbols(program, flag.number, text);
    text.close(']');
    texts(flag, text);
}

fn traffic(program: &Program, flag: FlagBlock<'_>, text: &mut JsonText) {
    experiments(program, flag, text);
    guardrails(flag, text);
    let row::Besides { namespace, unit, .. } = flag.besides();
    if namespace.is_some() {
        text.key("namespace");
        text.string(flag.text(namespace));
    }
    sticky(program, flag, text);
    if !flag.holdouts().is_empty() {
        text.key("holdouts");
        text.strings(flag.holdouts().iter().map(|holdout| program.holdout_key(*holdout)));
    }
    if unit != 0 {
        text.key("unit");
        attributes(program, flag.block.list(unit), text);
    }
    text.key("hashes");
    hashes(program, flag, text);
}

/// The slots whose strings' bytes are needed nearly always, and those where they may be. A rule that hashes reads its unit, and
/// one with a condition makes the first of its tests.
fn texts(flag: FlagBlock<'_>, text: &mut JsonText) {
    text.key("texts");
    text.open('[');
    for rule in flag.rules() {
        flag.unit(rule).iter().for_each(|slot| text.integer((*slot).into()));
    }
    let is_first = |number: u32| flag.rules().iter().any(|rule| Entry::from_word(rule.when) == Entry::Test(number));
    let tests = || (0..).zip(flag.body().tests()).filter_map(|(number, test)| Some((number, reads_text(test)?)));
    tests().filter(|(number, _)| is_first(*number)).for_each(|(_, slot)| text.integer(slot.into()));
    text.close(']');
    text.key("perhaps");
    text.open('[');
    tests().for_each(|(_, slot)| text.integer(slot.into()));
    text.close(']');
}

/// The slot whose string's bytes a test looks at.
fn reads_text(test: &row::Test) -> Option<u32> {
    match test.check()? {
        Check::Attribute { slot, operator, .. }
            if matches!(
                operator.operand(),
                Operand::Text | Operand::Pattern | Operand::Version | Operand::Instant | Operand::Networks
            ) =>
        {
            Some(slot)
        }
        Check::Attribute { .. } | Check::Segment(_) => None,
    }
}

/// Where a stored variant counts: the flags that are sticky among this one and those that it needs, by key; and of this one's
/// rules the positions of those that are, with the unit that its variants are stored by.
fn sticky(program: &Program, flag: FlagBlock<'_>, text: &mut JsonText) {
    let sticky = program.with_parents(flag.number).into_iter().filter_map(|flag| program.flag(flag));
    let mut sticky = sticky.filter(|flag| flag.row.is_sticky()).peekable();
    if sticky.peek().is_none() {
        return;
    }
    text.key("sticky");
    text.strings(sticky.map(|flag| program.flag_key(flag.number)));
    let mut unit: &[u32] = &[];
    text.key("stores");
    text.open('[');
    for (position, rule) in (0_u64..).zip(flag.rules()).filter(|(_, rule)| rule.is_sticky()) {
        unit = flag.unit(rule);
        text.integer(position);
    }
    text.close(']');
    text.key("storedBy");
    attributes(program, unit, text);
}

/// `[name, rollbackTo, rule, from, until, raised, control, alpha]` of each, by position: `rule` is -1 for the flag's own, `from`
/// and `until` are when it counts, in epoch milliseconds, `control` the position of the arm that others are compared with or -1
/// where an alarm is watched and no outcome, `alpha` in millionths.
fn guardrails(flag: FlagBlock<'_>, text: &mut JsonText) {
    let guardrails = flag.guardrails();
    if guardrails.is_empty() {
        return;
    }
    text.key("guardrails");
    text.open('[');
    for guardrail in guardrails {
        text.open('[');
        text.string(flag.text(guardrail.name));
        text.integer(guardrail.rollback_to().into());
        if guardrail.rule == row::Guardrail::OF_FLAG {
            text.raw("-1")
        } else {
            text.integer(guardrail.rule.into())
        }
        text.signed(guardrail.from());
        text.signed(guardrail.until());
        text.raw(if guardrail.is_raised() { "true" } else { "false" });
        if guardrail.watches_outcome() {
            text.integer(guardrail.control().into())
        } else {
            text.raw("-1")
        }
        text.integer(guardrail.alpha.into());
        text.close(']');
    }
    text.close(']');
}

/// Attributes as `[slot, path]`.
fn attributes(program: &Program, slots: &[u32], text: &mut JsonText) {
    text.open('[');
    for slot in slots {
        text.open('[');
        text.integer((*slot).into());
        text.string(program.attribute(*slot));
        text.close(']');
    }
    text.close(']');
}

/// The experiments of the rules and their layers, by position, where there is one.
fn experiments(program: &Program, flag: FlagBlock<'_>, text: &mut JsonText) {
    let memberships = || flag.rules().iter().map(|rule| flag.membership(rule));
    if memberships().all(|membership| membership.is_none()) {
        return;
    }
    text.key("experiments");
    text.open('[');
    for membership in memberships() {
        match membership {
            Some(membership) => text.string(flag.text(membership.name)),
            None => text.raw("null"),
        }
    }
    text.close(']');
    text.key("layers");
    text.open('[');
    for membership in memberships() {
        match membership.filter(|membership| membership.layer != row::Membership::NONE) {
            Some(membership) => text.string(program.layer_key(membership.layer)),
            None => text.raw("null"),
        }
    }
    text.close(']');
}

/// The rules that hash, or are in a layer, as `[position, unit, arms]`; `arms` are a split's variants, each with the bucket that it
/// ends at.
fn hashes(program: &Program, flag: FlagBlock<'_>, text: &mut JsonText) {
    text.open('[');
    for (position, rule) in (0..).zip(flag.rules()) {
        let unit = unit(program, flag, rule);
        if !unit.is_empty() {
            text.open('[');
            text.integer(position);
            attributes(program, unit, text);
            text.open('[');
            // The arms of a switchback are everybody's for a while, and no unit's.
            let is_switchback = flag.timing(rule).is_some_and(|timing| timing.slot > 0);
            for arm in if is_switchback { &[] } else { flag.arms(rule) } {
                let Arm { end, variant } = Arm::from_word(*arm);
                text.integer(variant.into());
                text.integer(end.into());
            }
            text.close(']');
            text.close(']');
        }
    }
    text.close(']');
}

/// Whom a rule is about: the unit that it hashes itself, else its layer's.
fn unit<'p>(program: &'p Program, flag: FlagBlock<'p>, rule: &row::Rule) -> &'p [u32] {
    let own = flag.unit(rule);
    if !own.is_empty() {
        return own;
    }
    let layer = flag.membership(rule).and_then(|membership| program.layer(membership.layer));
    layer.map(|layer| layer.block.list(layer.row.unit)).unwrap_or_default()
}

/// Symbols of a flag and of everything that it needs, each of which is looked at once.
fn symbols(program: &Program, flag: u32, text: &mut JsonText) {
    let mut segments = Vec::new();
    for flag in program.with_parents(flag).into_iter().filter_map(|flag| program.flag(flag)) {
        symbols_of(program, flag.body(), &mut segments, text);
    }
    let mut next = 0;
    while let Some(segment) = segments.get(next).copied() {
        next += 1;
        if let Some(segment) = program.segment(segment) {
            symbols_of(program, segment.body(), &mut segments, text);
        }
    }
}

fn symbols_of(program: &Program, body: Body<'_>, segments: &mut Vec<u32>, text: &mut JsonText) {
    for test in body.tests() {
        match test.check() {
            Some(Check::Segment(segment)) => note(segments, segment),
            Some(Check::Attribute { slot, operator, operand, .. })
                if matches!(operator.operand(), Operand::Scalar | Operand::Scalars) =>
            {
                for symbol in body.set(operand).map(|(_, symbols)| symbols).unwrap_or_default() {
                    text.open('[');
                    text.integer(slot.into());
                    text.string(program.symbol(*symbol));
                    text.integer(u64::from(*symbol) + 1);
                    text.close(']');
                }
            }
            Some(Check::Attribute { .. }) | None => {}
        }
    }
}
