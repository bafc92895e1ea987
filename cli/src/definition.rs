//! What a snapshot says of its flags, as far as somebody who uses them wants to know it.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use tidegate::{FlagType, Json, Program};

use crate::document::Document;
use crate::locate::{entries, unquote};
use crate::source::without_mark;

/// The flags of a snapshot by key.
pub(crate) struct Definitions {
    pub(crate) flags: BTreeMap<String, Definition>,
    /// The keys of those that are refused.
    pub(crate) left_out: Vec<String>,
}

/// One flag.
pub(crate) struct Definition {
    pub(crate) kind: FlagType,
    /// By name, so that the order in which they are written doesn't matter.
    pub(crate) variants: BTreeMap<String, Json>,
    pub(crate) description: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) expires: Option<String>,
    pub(crate) namespace: Option<String>,
    /// The keys of the flags that must answer first.
    pub(crate) prerequisites: Vec<String>,
}

impl Definitions {
    /// # Errors
    /// The document isn't JSON: it was compiled.
    pub(crate) fn read(document: &Document, program: &Program) -> Result<Self> {
        let text = std::str::from_utf8(without_mark(&document.bytes)).ok().map(str::trim_ascii);
        let Some(text) = text.filter(|text| text.starts_with('{')) else {
            return Err(anyhow!(
                "found a compiled snapshot in `{}`, expected the JSON that it comes from",
                document.name
            ));
        };
        let sections = entries(text).into_iter().filter(|(key, _)| unquote(key) == "flags");
        let mut definitions = Self { flags: BTreeMap::new(), left_out: Vec::new() };
        for (key, value) in sections.flat_map(|(_, flags)| entries(flags)) {
            let key = unquote(key);
            // A program has the type of a flag that it doesn't refuse.
            let definition = program.flag_type(&key).and_then(|kind| Definition::read(kind, &value.parse().ok()?));
            match definition {
                Some(definition) => {
                    definitions.flags.insert(key.into_owned(), definition);
                }
                None => definitions.left_out.push(key.into_owned()),
            }
        }
        definitions.left_out.sort_unstable();
        definitions.left_out.dedup();
        Ok(definitions)
    }

    /// The flags that set the parameters of each namespace.
    pub(crate) fn namespaces(&self) -> BTreeMap<&str, Vec<&Definition>> {
        let mut namespaces: BTreeMap<&str, Vec<&Definition>> = BTreeMap::new();
        for flag in self.flags.values() {
            if let Some(name) = &flag.namespace {
                namespaces.entry(name).or_default().push(flag);
            }
        }
        namespaces
    }
}

impl Definition {
    fn read(kind: FlagType, json: &Json) -> Option<Self> {
        let variants = json.get("variants")?.as_object()?;
        let text = |name: &str| json.get(name).and_then(text_of);
        let list = |name: &str| json.get(name).and_then(Json::as_list).unwrap_or_default();
        let needed = |needed: &Json| needed.get("flag").and_then(text_of);
        Some(Self {
            kind,
            variants: variants.iter().cloned().collect(),
            description: text("description"),
            owner: text("owner"),
            tags: list("tags").iter().filter_map(text_of).collect(),
            expires: text("expires"),
            namespace: text("namespace"),
            prerequisites: list("prerequisites").iter().filter_map(needed).collect(),
        })
    }
}

fn text_of(json: &Json) -> Option<String> {
    json.as_str().map(str::to_owned)
}
