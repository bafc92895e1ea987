//! The JSON Schema of the types, as editors and validators want it.

use std::collections::BTreeMap;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use serde_json::Value;

use super::snapshot::Snapshot;

/// What a snapshot is, by draft 2020-12.
pub(super) fn schema() -> Schema {
    let settings = SchemaSettings::draft2020_12().with_transform(without_null).with_transform(without_format);
    let settings = settings.with_transform(describe_tag);
    let mut schema = settings.into_generator().into_root_schema_for::<Snapshot>();
    let descriptions = take_descriptions(&mut schema);
    describe_references(&descriptions, &mut schema);
    schema
}

/// What a variant is by its tag, the tag says too.
fn describe_tag(schema: &mut Schema) {
    let description = schema.get("description").cloned();
    if let (Some(description), Some(Value::Object(fields))) = (description, schema.get_mut("properties")) {
        let tags = fields.values_mut().filter_map(Value::as_object_mut).filter(|field| field.contains_key("const"));
        for tag in tags {
            tag.entry("description").or_insert_with(|| description.clone());
        }
    }
    transform_subschemas(&mut describe_tag, schema);
}

/// Makes the descriptions of definitions comments. Editors take a definition's description over that of the field that
/// refers to it.
fn take_descriptions(schema: &mut Schema) -> BTreeMap<String, Value> {
    let Some(Value::Object(definitions)) = schema.get_mut("$defs") else {
        return BTreeMap::new();
    };
    let described = definitions.iter_mut().filter_map(|(name, definition)| {
        let definition = definition.as_object_mut()?;
        let description = definition.remove("description")?;
        definition.insert("$comment".to_owned(), description.clone());
        Some((format!("#/$defs/{name}"), description))
    });
    described.collect()
}

/// Gives each reference that has no description its definition's.
fn describe_references(descriptions: &BTreeMap<String, Value>, schema: &mut Schema) {
    if let Some(description) = schema.get("$ref").and_then(Value::as_str).and_then(|to| descriptions.get(to)) {
        let description = description.clone();
        schema.ensure_object().entry("description").or_insert(description);
    }
    transform_subschemas(&mut |schema: &mut Schema| describe_references(descriptions, schema), schema);
}

/// A field that may be left out may not be null.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Object(fields)) = schema.get_mut("properties") {
        for field in fields.values_mut().filter_map(|field| <&mut Schema>::try_from(field).ok()) {
            not_null(field);
        }
    }
    transform_subschemas(&mut without_null, schema);
}

/// Undoes what `Option` adds to a schema.
fn not_null(schema: &mut Schema) {
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(either)) = schema.get_mut("anyOf") {
        either.retain(|one| one.get("type").is_none_or(|kind| kind != "null"));
        if let [Value::Object(only)] = either.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            for (key, value) in only {
                schema.ensure_object().entry(key).or_insert(value);
            }
        }
    }
}

/// Rust's names of numbers are nobody else's formats.
fn without_format(schema: &mut Schema) {
    schema.remove("format");
    transform_subschemas(&mut without_format, schema);
}
