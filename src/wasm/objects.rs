//! The objects that cross: once a load, or once a flag.

use serde::Serialize;

use crate::program::{self, Program};
use crate::snapshot::Problem;

#[derive(Serialize)]
pub(super) struct Report<'p> {
    revision: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'p str>,
    flags: usize,
    refused: &'p [Problem],
}

impl<'p> Report<'p> {
    #[expect(clippy::cast_precision_loss, reason = "a sequence is a safe integer")]
    pub(super) fn of(program: &'p Program) -> Self {
        Self {
            revision: program.revision(),
            sequence: program.sequence().map(|sequence| sequence as f64),
            environment: program.environment(),
            flags: program.flag_count(),
            refused: program.problems(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Flag<'p> {
    key: &'p str,
    #[serde(rename = "type")]
    kind: u8,
    variants: Vec<&'p str>,
    /// A JSON list.
    values: String,
    rules: Vec<&'p str>,
    /// A JSON object.
    metadata: &'p str,
    slots: &'p [u32],
    constant: i32,
}

impl<'p> Flag<'p> {
    pub(super) fn of(program: &'p Program, row: u32) -> Self {
        let key = program.flags.get(row as usize).map(|flag| program.strings.get(flag.key)).unwrap_or_default();
        let constant = program.constant(row).map_or(-1, |outcome| outcome.0.cast_signed());
        let Some(body) = program.body(row) else {
            return Self {
                key,
                kind: 0,
                variants: vec![],
                values: "[]".into(),
                rules: vec![],
                metadata: "{}",
                slots: &[],
                constant,
            };
        };
        let variants = body.variants.of(&program.tables.variants);
        let values: Vec<&str> = variants.iter().map(|variant| program.strings.get(variant.value)).collect();
        Self {
            key,
            kind: body.kind as u8,
            variants: variants.iter().map(|variant| program.strings.name(variant.name)).collect(),
            values: ["[", &values.join(","), "]"].concat(),
            rules: body.rules.of(&program.tables.rules).iter().map(|rule| program.strings.name(rule.id)).collect(),
            metadata: program.strings.get(body.metadata),
            slots: body.slots.of(&program.tables.indices),
            constant,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Attribute<'p> {
    path: Vec<&'p str>,
    symbols: Vec<(&'p str, u32)>,
    text: bool,
}

impl<'p> Attribute<'p> {
    pub(super) fn of(program: &'p Program, attribute: &program::Attribute) -> Self {
        let symbol = |name: &u32| (program.strings.name(*name), name + 1);
        Self {
            path: program.strings.name(attribute.path).split('.').collect(),
            symbols: attribute.symbols.iter().map(symbol).collect(),
            text: attribute.text,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Wanted {
    pub(super) need: u32,
}
