//! The objects that cross: once a load, once a flag, or when somebody asks why.
//!
//! They are put together member by member and not by a serialiser: that would be compiled once for every type, and cost
//! the module more than all of this file.

use wasm_bindgen::prelude::*;

use crate::explain::{Bucket, Check, Explanation, Step};
use crate::program::{Attribute, Program};
use crate::snapshot::{Json, Problem};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Object)]
    type Plain;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> Plain;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn set(this: &Plain, key: &str, value: JsValue);

    #[wasm_bindgen(js_name = Array)]
    type List;
    #[wasm_bindgen(constructor, js_class = "Array")]
    fn new() -> List;
    #[wasm_bindgen(method, js_class = "Array")]
    fn push(this: &List, item: JsValue);
}

impl Plain {
    fn text(self, key: &str, value: &str) -> Self {
        self.set(key, JsValue::from_str(value));
        self
    }

    fn number(self, key: &str, value: f64) -> Self {
        self.set(key, JsValue::from_f64(value));
        self
    }

    fn truth(self, key: &str, value: bool) -> Self {
        self.set(key, JsValue::from_bool(value));
        self
    }

    fn list(self, key: &str, items: &mut dyn Iterator<Item = JsValue>) -> Self {
        self.set(key, list(items));
        self
    }

    /// The member is absent when there is no value.
    fn text_if(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(key, value),
            None => self,
        }
    }

    /// The member is absent when there is no value.
    fn json_if(self, key: &str, value: Option<&Json>) -> Self {
        if let Some(value) = value {
            self.set(key, json(value));
        }
        self
    }

    /// The member is absent when there is no item.
    fn list_if(self, key: &str, items: &mut dyn ExactSizeIterator<Item = JsValue>) -> Self {
        if items.len() > 0 { self.list(key, items) } else { self }
    }
}

pub(super) fn list(items: &mut dyn Iterator<Item = JsValue>) -> JsValue {
    let list = List::new();
    for item in items {
        list.push(item);
    }
    list.into()
}

fn json(value: &Json) -> JsValue {
    match value {
        Json::Null => JsValue::NULL,
        Json::Bool(value) => JsValue::from_bool(*value),
        Json::Number(value) => JsValue::from_f64(*value),
        Json::String(value) => JsValue::from_str(value),
        Json::List(items) => list(&mut items.iter().map(json)),
        Json::Object(entries) => {
            let object = Plain::new();
            for (key, value) in entries {
                object.set(key, json(value));
            }
            object.into()
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a sequence is a safe integer, and so is a number of flags")]
pub(super) fn report(program: &Program) -> JsValue {
    let report = Plain::new().text("revision", program.revision());
    let report = match program.sequence() {
        Some(sequence) => report.number("sequence", sequence as f64),
        None => report,
    };
    report
        .text_if("environment", program.environment())
        .number("flags", program.flag_count() as f64)
        .list("refused", &mut program.problems().iter().map(problem))
        .into()
}

pub(super) fn problem(problem: &Problem) -> JsValue {
    Plain::new()
        .text_if("flag", problem.flag.as_deref())
        .text_if("segment", problem.segment.as_deref())
        .text("code", problem.code.name())
        .text("path", &problem.path)
        .text("message", &problem.message)
        .text_if("suggestion", problem.suggestion.as_deref())
        .into()
}

pub(super) fn flag(program: &Program, row: u32) -> JsValue {
    let key = program.flags.get(row as usize).map(|flag| program.strings.get(flag.key)).unwrap_or_default();
    let tables = &program.tables;
    let body = program.body(row);
    let variants = body.map(|body| body.variants.of(&tables.variants)).unwrap_or_default();
    let rules = body.map(|body| body.rules.of(&tables.rules)).unwrap_or_default();
    let slots = body.map(|body| body.slots.of(&tables.indices)).unwrap_or_default();
    let name = |name: u32| JsValue::from_str(program.strings.name(name));
    let mut values = String::from("[");
    for variant in variants {
        if values.len() > 1 {
            values.push(',');
        }
        values.push_str(program.strings.get(variant.value));
    }
    values.push(']');
    Plain::new()
        .text("key", key)
        .number("type", body.map_or(0.0, |body| f64::from(body.kind as u8)))
        .list("variants", &mut variants.iter().map(|variant| name(variant.name)))
        .text("values", &values)
        .list("rules", &mut rules.iter().map(|rule| name(rule.id)))
        .text("metadata", body.map_or("{}", |body| program.strings.get(body.metadata)))
        .list("slots", &mut slots.iter().map(|slot| JsValue::from(*slot)))
        .number("constant", program.constant(row).map_or(-1.0, |outcome| f64::from(outcome.0.cast_signed())))
        .into()
}

pub(super) fn attribute(program: &Program, attribute: &Attribute) -> JsValue {
    let symbol = |name: &u32| {
        let text = JsValue::from_str(program.strings.name(*name));
        list(&mut [text, JsValue::from(name + 1)].into_iter())
    };
    Plain::new()
        .list("path", &mut program.strings.name(attribute.path).split('.').map(JsValue::from_str))
        .list("symbols", &mut attribute.symbols.iter().map(symbol))
        .truth("text", attribute.text)
        .into()
}

pub(super) fn need(slot: u32) -> JsValue {
    Plain::new().number("need", slot.into()).into()
}

pub(super) fn explanation(explanation: &Explanation) -> JsValue {
    Plain::new()
        .text("flag", &explanation.flag)
        .text("revision", &explanation.revision)
        .number("at", explanation.at)
        .text_if("variant", explanation.variant.as_deref())
        .text("reason", explanation.reason.name())
        .text_if("rule", explanation.rule.as_deref())
        .text_if("errorCode", explanation.error_code.map(|code| code.name()))
        .text_if("errorMessage", explanation.error_message.as_deref())
        .list("steps", &mut explanation.steps.iter().map(step))
        .into()
}

fn step(step: &Step) -> JsValue {
    Plain::new()
        .text("step", step.step)
        .text_if("subject", step.subject.as_deref())
        .text("verdict", step.verdict.name())
        .text("why", &step.why)
        .list_if("checks", &mut step.checks.iter().map(check))
        .list_if("buckets", &mut step.buckets.iter().map(bucket))
        .list_if("steps", &mut step.steps.iter().map(self::step))
        .into()
}

fn check(check: &Check) -> JsValue {
    let object = Plain::new()
        .text("place", &check.place)
        .text_if("segment", check.segment.as_deref())
        .text_if("attribute", check.attribute.as_deref())
        .text_if("operator", check.operator)
        .json_if("value", check.value.as_ref());
    let object = if check.ignore_case { object.truth("ignoreCase", true) } else { object };
    object
        .json_if("found", check.found.as_ref())
        .truth("holds", check.holds)
        .text_if("why", check.why.as_deref())
        .list_if("checks", &mut check.checks.iter().map(self::check))
        .into()
}

fn bucket(bucket: &Bucket) -> JsValue {
    Plain::new()
        .text("purpose", bucket.purpose.name())
        .list("unit", &mut bucket.unit.iter().map(|path| JsValue::from_str(path)))
        .text("key", &bucket.key)
        .number("bucket", bucket.bucket.into())
        .number("from", bucket.from.into())
        .number("until", bucket.until.into())
        .truth("inside", bucket.inside)
        .text_if("variant", bucket.variant.as_deref())
        .into()
}
