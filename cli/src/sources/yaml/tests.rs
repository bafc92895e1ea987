//! The YAML reader against the JSON one, and against anything that may be in a file.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::super::{json, tree};
use super::*;

fn source(text: &str) -> Source {
    Source::new("a.yaml".to_owned(), text.as_bytes())
}

fn value(text: &str) -> Value {
    let mut budget = 1 << 20;
    let read = read(&source(text), 0, &mut budget);
    read.unwrap_or_else(|notices| panic!("{text}: {notices:?}")).unwrap().value
}

fn any_json() -> impl Strategy<Value = Json> {
    let text =
        prop_oneof!["[ -~]{0,12}", "\\PC{0,8}", Just("no".to_owned()), Just("<<".to_owned()), Just("0x10".to_owned())];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1e9..1e9).prop_map(Json::from),
        text.clone().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::btree_map(text.clone(), inner, 0..6).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn json_is_read_as_the_json_that_it_is(written in any_json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&written) } else { serde_json::to_string(&written) }.unwrap();
        let as_json = json::read(&source(&text), 0).unwrap().unwrap();
        prop_assert_eq!(&value(&text), &as_json.value, "{}", text);
        // And written again, it is what it was.
        let again: Json = serde_json::from_str(&super::super::write::json(&as_json)).unwrap();
        prop_assert_eq!(again, written);
    }

    #[test]
    fn a_key_and_a_text_are_where_they_are_said_to_be(written in any_json()) {
        let text = serde_json::to_string(&written).unwrap();
        let mut open = vec![json::read(&source(&text), 0).unwrap().unwrap(), Node::new(value(&text), None)];
        while let Some(node) = open.pop() {
            if let (Value::String(string), Some(at)) = (&node.value, node.at) {
                prop_assert_eq!(&serde_json::from_str::<String>(&text[at.bytes()]).unwrap(), string);
            }
            match node.value {
                Value::List(items) => open.extend(items),
                Value::Object(members) => for member in members {
                    let at = member.key_at.unwrap().bytes();
                    prop_assert_eq!(serde_json::from_str::<String>(&text[at]).unwrap(), member.key);
                    open.push(member.node);
                },
                _ => {}
            }
        }
    }

    #[test]
    fn nothing_that_is_in_a_file_makes_it_panic(text in r"([-?:,\[\]{}#&*!|>'%@` \n\t\\]|<<|a|é|0x1|\.inf|---|\.\.\.|&a |\*a|!!str |: |- |\r\n|\u{feff}){0,60}") {
        let source = source(&text);
        let mut budget = 1 << 16;
        let root = match read(&source, 0, &mut budget) {
            Ok(root) => root.unwrap_or_else(|| Node::new(Value::Null, None)),
            Err(notices) => {
                prop_assert!(!notices.is_empty());
                return Ok(());
            }
        };
        // What was read has places in the text.
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            prop_assert!(node.at.is_none_or(|at| source.text.get(at.bytes()).is_some()), "{:?}", node);
            match node.value {
                Value::List(items) => open.extend(items),
                Value::Object(members) => open.extend(members.into_iter().map(|member| member.node)),
                _ => {}
            }
        }
    }
}

#[test]
fn what_an_object_says_itself_comes_before_what_it_merges() {
    let merged = value("x: &x { a: 1, b: 2 }\ny: &y { b: 3, c: 4 }\nz: { <<: [*x, *y], a: 0, d: 5 }\n");
    let Value::Object(members) = merged else { panic!("{merged:?}") };
    assert_eq!(super::super::write::json(&members[2].node), r#"{"a":0,"d":5,"b":2,"c":4}"#);
    // Quotes make it a key like any other.
    assert_eq!(value("'<<': { a: 1 }"), value(r#"{"<<": {"a": 1}}"#));
}

#[test]
fn texts_of_every_style_are_texts() {
    let read =
        value("- !!str 12\n- ! no\n- |\n  two\n  lines\n- >-\n  one\n  line\n- 'it''s'\n- \"\\u00e9\\n\"\n- on\n");
    let expected = ["12", "no", "two\nlines\n", "one line", "it's", "é\n", "on"];
    let Value::List(items) = read else { panic!("{read:?}") };
    assert_eq!(items.iter().map(|item| item.text().unwrap()).collect::<Vec<_>>(), expected);
}

#[test]
fn keys_are_texts_whatever_they_look_like() {
    let Value::Object(members) = value("1: a\ntrue: b\n~: c\n1e3: d\n2026-01-01: e\n") else { panic!() };
    let keys: Vec<&str> = members.iter().map(|member| member.key.as_str()).collect();
    assert_eq!(keys, ["1", "true", "~", "1e3", "2026-01-01"]);
    let root = Node::new(Value::Object(members), None);
    assert!(tree::find(&root, "/true").is_some());
}
