//! What is written as one string or number: names, paths, units, salts, ids, dates, shares.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// A name: 1 to 256 bytes, and not `__proto__`
#[derive(JsonSchema)]
#[schemars(extend("not" = { "const": "__proto__" }))]
pub(super) struct Name(#[schemars(length(min = 1, max = 256))] String);

/// Any key but `__proto__`
#[derive(JsonSchema)]
#[schemars(extend("not" = { "const": "__proto__" }))]
pub(super) struct Key(String);

/// An object with keys of one type and values of another.
pub(super) struct Members<K, V>(PhantomData<(K, V)>);

pub(super) type Named<V> = Members<Name, V>;

impl<K: JsonSchema, V: JsonSchema> JsonSchema for Members<K, V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}By{}", V::schema_name(), K::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": generator.subschema_for::<K>(),
            "additionalProperties": generator.subschema_for::<V>(),
        })
    }
}

/// The path of an attribute of the context: 1 to 16 parts joined by dots, at most 256 bytes
#[derive(JsonSchema)]
#[schemars(
    extend("not" = { "pattern": r"(^|\.)__proto__(\.|$)" }),
    example = &"targetingKey", example = &"user.id", example = &"shop.plan"
)]
pub(super) struct Path(#[schemars(length(max = 256), regex(pattern = r"^[^.]+(\.[^.]+){0,15}$"))] String);

/// The attribute that is hashed and looked up in lists of ids; a list makes a composite of 2 to 8 of them
#[derive(JsonSchema)]
#[schemars(untagged, extend("default" = "targetingKey"))]
pub(super) enum Unit {
    Path(Path),
    Composite(#[schemars(length(min = 2, max = 8))] Vec<Path>),
}

/// What the hashes begin with; whoever keeps it keeps every unit's bucket
#[derive(JsonSchema)]
pub(super) struct Salt(#[schemars(regex(pattern = "^[A-Za-z0-9_-]{1,64}$"))] String);

/// The id of a unit; `42` and `"42"` are the same
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Id {
    Text(String),
    Integer(#[schemars(range(min = -9_007_199_254_740_991_i64, max = 9_007_199_254_740_991_i64))] i64),
}

/// A string, a number or a boolean
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Scalar {
    Text(String),
    Number(f64),
    Boolean(bool),
}

/// Percent of the units, with at most four decimals
#[derive(JsonSchema)]
pub(super) struct Percent(#[schemars(range(min = 0, max = 100))] f64);

/// A whole number of minutes, at most ten years of them
#[derive(JsonSchema)]
pub(super) struct Minutes(#[schemars(range(min = 1, max = 5_256_000))] u32);

/// An instant: RFC 3339 with an offset, such as `2026-11-24T08:00:00Z`, or epoch milliseconds
#[derive(JsonSchema)]
#[schemars(untagged, example = &"2026-11-24T08:00:00Z")]
pub(super) enum Moment {
    #[schemars(transform = instant)]
    Written(String),
    Milliseconds(#[schemars(range(min = -8.64e15, max = 8.64e15))] f64),
}

/// A day such as `2027-03-01`, or an instant such as `2027-03-01T00:00:00Z`
#[derive(JsonSchema)]
#[schemars(transform = day_or_instant, example = &"2027-03-01")]
pub(super) struct Expiry(String);

/// Any JSON, but for keys `__proto__`
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Json {
    Null(()),
    Scalar(Scalar),
    List(Vec<Self>),
    Object(Members<Key, Self>),
}

/// Days of months; that 29 February is there in leap years alone is beyond a pattern.
const DAY: &str = concat!(
    "[0-9]{4}-(",
    "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])",
    "|(0[469]|11)-(0[1-9]|[12][0-9]|30)",
    "|02-(0[1-9]|[12][0-9])",
    ")"
);
const TIME: &str = r"[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";

fn instant(schema: &mut Schema) {
    schema.insert("pattern".to_owned(), format!("^{DAY}{TIME}$").into());
}

fn day_or_instant(schema: &mut Schema) {
    schema.insert("pattern".to_owned(), format!("^{DAY}({TIME})?$").into());
}
