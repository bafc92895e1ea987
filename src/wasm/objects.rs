//! The objects that cross: once a load, once a flag, or when somebody asks why.
//!
//! What people read, explanations and problems, is serialised; the few small objects that the facade keeps are put
//! together by hand, which is half the size of a serialiser for each of their types.

use js_sys::{Array, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::program::{Attribute, Program};

/// Maps become plain objects, which JSON and `===` on their members understand.
const PLAIN: serde_wasm_bindgen::Serializer = serde_wasm_bindgen::Serializer::json_compatible();

/// Serialises what is rich.
pub(super) fn rich(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&PLAIN)?)
}

/// A plain object on its way.
struct Plain(Object);

impl Plain {
    fn new() -> Self {
        Self(Object::new())
    }

    fn set(self, key: &str, value: impl Into<JsValue>) -> Result<Self, JsValue> {
        Reflect::set(&self.0, &key.into(), &value.into())?;
        Ok(self)
    }

    fn done(self) -> Result<JsValue, JsValue> {
        Ok(self.0.into())
    }
}

pub(super) fn list(items: &mut dyn Iterator<Item = JsValue>) -> JsValue {
    let list = Array::new();
    for item in items {
        list.push(&item);
    }
    list.into()
}

#[expect(clippy::cast_precision_loss, reason = "a sequence is a safe integer, and so is a number of flags")]
pub(super) fn report(program: &Program) -> Result<JsValue, JsValue> {
    let mut report = Plain::new().set("revision", program.revision())?.set("flags", program.flag_count() as f64)?;
    if let Some(sequence) = program.sequence() {
        report = report.set("sequence", sequence as f64)?;
    }
    if let Some(environment) = program.environment() {
        report = report.set("environment", environment)?;
    }
    report.set("refused", rich(&program.problems())?)?.done()
}

pub(super) fn flag(program: &Program, row: u32) -> Result<JsValue, JsValue> {
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
        .set("key", key)?
        .set("type", body.map_or(0, |body| body.kind as u32))?
        .set("variants", list(&mut variants.iter().map(|variant| name(variant.name))))?
        .set("values", values)?
        .set("rules", list(&mut rules.iter().map(|rule| name(rule.id))))?
        .set("metadata", body.map_or("{}", |body| program.strings.get(body.metadata)))?
        .set("slots", list(&mut slots.iter().map(|slot| JsValue::from(*slot))))?
        .set("constant", program.constant(row).map_or(-1, |outcome| outcome.0.cast_signed()))?
        .done()
}

pub(super) fn attribute(program: &Program, attribute: &Attribute) -> Result<JsValue, JsValue> {
    let symbol = |name: &u32| {
        let text = JsValue::from_str(program.strings.name(*name));
        list(&mut [text, JsValue::from(name + 1)].into_iter())
    };
    Plain::new()
        .set("path", list(&mut program.strings.name(attribute.path).split('.').map(JsValue::from_str)))?
        .set("symbols", list(&mut attribute.symbols.iter().map(symbol)))?
        .set("text", attribute.text)?
        .done()
}

pub(super) fn need(slot: u32) -> Result<JsValue, JsValue> {
    Plain::new().set("need", slot)?.done()
}
