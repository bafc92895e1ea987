//! Whom flags are for: the marks in the sources, and the part of a snapshot that an audience gets.

use std::collections::{BTreeMap, BTreeSet};

use clap::ValueEnum;
use serde::Serialize;

use super::join::Joined;
use super::section::Section;
use super::tree::{Member, Node, Value};
use super::trouble::Trouble;
use crate::asked::nearest;
use crate::notice::Notice;
use crate::pointer::escaped;

/// Who reads a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Audience {
    /// Browsers and apps, whose users can read all of it
    Client,
    /// Servers and workers
    Server,
}

impl Audience {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// The name of the field.
const AUDIENCE: &str = "audience";

/// What is for people, and decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Note {
    Description,
    Owner,
    Tags,
    Expires,
}

impl Note {
    const ALL: [Self; 4] = [Self::Description, Self::Owner, Self::Tags, Self::Expires];

    const fn name(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Owner => "owner",
            Self::Tags => "tags",
            Self::Expires => "expires",
        }
    }
}

/// Whom each flag is for. One that doesn't say is for servers: nothing gets to clients unless somebody says so.
pub(crate) type Marks = BTreeMap<String, BTreeSet<Audience>>;

/// Takes the marks out of the flags; what is wrong with one goes to `notices`.
pub(crate) fn take_marks(joined: &mut Joined, notices: &mut Vec<Notice>) -> Marks {
    let mut marks = Marks::new();
    for ((section, key), flag) in &mut joined.definitions {
        let Value::Object(members) = &mut flag.node.value else { continue };
        if *section != Section::Flags {
            continue;
        }
        let Some(index) = members.iter().position(|member| member.key == AUDIENCE) else { continue };
        let mark = members.remove(index);
        match read(&mark.node) {
            Ok(audiences) => drop(marks.insert(key.clone(), audiences)),
            Err(trouble) => {
                let path = format!("/{}/{}/{AUDIENCE}", section.name(), escaped(key));
                notices.push(trouble.at_path(path).about(section.subject(key)).into());
            }
        }
    }
    marks
}

fn read(mark: &Node) -> Result<BTreeSet<Audience>, Box<Trouble>> {
    let names = Audience::value_variants().iter().map(|audience| audience.name());
    let expected = "expected a list of `client`, `server` or both";
    let Value::List(items) = &mark.value else {
        return Err(Trouble::new("WRONG_TYPE", mark.at, format!("found {}, {expected}", mark.kind())).into());
    };
    if items.is_empty() {
        return Err(Trouble::new("INVALID_VALUE", mark.at, format!("found an empty list, {expected}")).into());
    }
    let audience = |item: &Node| {
        let found = item.text().map_or_else(|| item.kind().to_owned(), |text| format!("`{text}`"));
        let named = Audience::value_variants().iter().find(|audience| item.text() == Some(audience.name()));
        named.copied().ok_or_else(|| {
            let trouble = Trouble::new("INVALID_VALUE", item.at, format!("found {found}, {expected}"));
            Box::new(trouble.suggest(nearest(item.text().unwrap_or_default(), names.clone()).as_deref()))
        })
    };
    items.iter().map(audience).collect()
}

/// The part of a sound snapshot that an audience gets: its flags with the segments, layers, holdouts and alarms that decide
/// them, and nothing else. Every flag of it decides as it does in the whole. Clients get no notes but those in `keep`.
///
/// # Errors
/// A flag of it needs one that isn't.
pub(crate) fn cut(root: &Node, marks: &Marks, audience: Audience, keep: &[Note]) -> Result<Node, Vec<Notice>> {
    let section = |section: Section| root.get(section.name()).map(Node::members).unwrap_or_default();
    let is_kept = |key: &str| marks.get(key).map_or(audience == Audience::Server, |marks| marks.contains(&audience));
    let flags: Vec<&Member> = section(Section::Flags).iter().filter(|flag| is_kept(&flag.key)).collect();
    let missing: Vec<Notice> = flags.iter().flat_map(|flag| missing(flag, audience, is_kept)).collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let segments = needed_segments(&flags, section(Section::Segments));
    let experiments = needed_experiments(&flags, section(Section::Layers));
    let alarms: BTreeSet<&str> = flags.iter().flat_map(|flag| alarms(&flag.node)).collect();
    let dropped: Vec<&str> = match audience {
        Audience::Client => Note::ALL.iter().filter(|note| !keep.contains(note)).map(|note| note.name()).collect(),
        Audience::Server => Vec::new(),
    };
    let without_notes = |member: &Member| without(member, &dropped);
    let mut members = Vec::new();
    for member in root.members() {
        let kept: Vec<Member> = match Section::named(&member.key) {
            Some(Section::Flags) => flags.iter().map(|flag| without_notes(flag)).collect(),
            Some(Section::Segments) => {
                let kept = member.node.members().iter().filter(|segment| segments.contains(segment.key.as_str()));
                kept.map(without_notes).collect()
            }
            Some(Section::Layers) => {
                let kept = member.node.members().iter();
                kept.filter_map(|layer| Some(narrowed(layer, experiments.get(layer.key.as_str())?)))
                    .map(|layer| without_notes(&layer))
                    .collect()
            }
            Some(Section::Holdouts) => {
                let covering = covering(member.node.members(), &flags);
                covering.iter().map(without_notes).collect()
            }
            None if member.key == "alarms" => {
                member.node.members().iter().filter(|alarm| alarms.contains(alarm.key.as_str())).cloned().collect()
            }
            None => {
                members.push(member.clone());
                continue;
            }
        };
        if !kept.is_empty() || member.key == Section::Flags.name() {
            let node = Node::new(Value::Object(kept), member.node.at);
            members.push(Member { node, ..member.clone() });
        }
    }
    Ok(Node::new(Value::Object(members), root.at))
}

/// Prerequisites that the audience doesn't get.
fn missing(flag: &Member, audience: Audience, is_kept: impl Fn(&str) -> bool) -> Vec<Notice> {
    let needed = flag.node.get("prerequisites").map(Node::items).unwrap_or_default().iter().enumerate();
    let names = needed.filter_map(|(index, needed)| Some((index, needed.get("flag")?)));
    let missing = names.filter_map(|(index, node)| {
        let name = node.text().filter(|name| !is_kept(name))?;
        let audience = audience.name();
        let message = format!(
            "`{}` is for the audience `{audience}` and needs `{name}`, which isn't, expected both to be",
            flag.key
        );
        let path = format!("/flags/{}/prerequisites/{index}/flag", escaped(&flag.key));
        let help = format!("mark `{name}` with `audience: [{audience}]` too, or take the prerequisite away");
        let trouble = Trouble::new("NOT_FOR_AUDIENCE", node.at, message).at_path(path).help(help);
        Some(trouble.about(Section::Flags.subject(&flag.key)).into())
    });
    missing.collect()
}

fn without(member: &Member, dropped: &[&str]) -> Member {
    let mut member = member.clone();
    if let Value::Object(members) = &mut member.node.value {
        members.retain(|member| !dropped.contains(&member.key.as_str()));
    }
    member
}

pub(super) fn rules(flag: &Node) -> &[Node] {
    flag.get("rules").map(Node::items).unwrap_or_default()
}

/// The segments that the conditions name, and those that these need.
fn needed_segments<'n>(flags: &[&'n Member], segments: &'n [Member]) -> BTreeSet<&'n str> {
    let conditions = flags.iter().flat_map(|flag| rules(&flag.node)).filter_map(|rule| rule.get("when"));
    let mut open: Vec<&Node> = conditions.collect();
    let mut needed = BTreeSet::new();
    while let Some(condition) = open.pop() {
        open.extend(parts(condition));
        let Some(name) = condition.get("segment").and_then(Node::text) else { continue };
        if needed.insert(name) {
            open.extend(segments.iter().filter(|segment| segment.key == name).map(|segment| &segment.node));
        }
    }
    needed
}

/// The conditions in a condition.
pub(super) fn parts(condition: &Node) -> impl Iterator<Item = &Node> {
    let lists = ["all", "any"].into_iter().filter_map(|name| condition.get(name)).flat_map(Node::items);
    lists.chain(condition.get("not"))
}

/// The experiments that rules take part in, by layer, and those that these layers live in.
fn needed_experiments<'n>(flags: &[&'n Member], layers: &'n [Member]) -> BTreeMap<&'n str, BTreeSet<&'n str>> {
    fn place(node: &Node) -> Option<(&str, &str)> {
        Some((node.get("layer")?.text()?, node.get("experiment")?.text()?))
    }
    let mut open: Vec<(&str, &str)> = flags.iter().flat_map(|flag| rules(&flag.node)).filter_map(place).collect();
    let mut needed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    while let Some((layer, experiment)) = open.pop() {
        if needed.entry(layer).or_default().insert(experiment) {
            let around =
                layers.iter().filter(|member| member.key == layer).filter_map(|layer| layer.node.get("within"));
            open.extend(around.filter_map(place));
        }
    }
    needed
}

/// A layer with these experiments alone: whoever is in none of them is in none of theirs.
fn narrowed(layer: &Member, experiments: &BTreeSet<&str>) -> Member {
    let mut layer = layer.clone();
    if let Some(Node { value: Value::Object(members), .. }) = layer.node.get_mut("experiments") {
        members.retain(|member| experiments.contains(member.key.as_str()));
    }
    layer
}

/// The names of the alarms that a flag's guardrails watch.
fn alarms(flag: &Node) -> impl Iterator<Item = &str> {
    let guarded = std::iter::once(flag).chain(rules(flag));
    let guardrails = guarded.filter_map(|guarded| guarded.get("guardrails")).flat_map(Node::items);
    guardrails.filter_map(|guardrail| guardrail.get("alarm")?.text())
}

/// The holdouts that cover some of the flags, which they then name: tags may be taken away, and other flags aren't there.
fn covering(holdouts: &[Member], flags: &[&Member]) -> Vec<Member> {
    let texts = |node: &Node, name: &str| -> BTreeSet<String> {
        let items = node.get(name).map(Node::items).unwrap_or_default();
        items.iter().filter_map(Node::text).map(str::to_owned).collect()
    };
    let covered = |holdout: &Node| -> Vec<Node> {
        let (named, tags) = (texts(holdout, "flags"), texts(holdout, "tags"));
        let is_covered = |flag: &&&Member| named.contains(&flag.key) || !texts(&flag.node, "tags").is_disjoint(&tags);
        flags.iter().filter(is_covered).map(|flag| Node::string(&flag.key, holdout.at)).collect()
    };
    let mut kept: Vec<Member> = holdouts.to_vec();
    for holdout in &mut kept {
        let flags = covered(&holdout.node);
        if let Value::Object(members) = &mut holdout.node.value {
            members.retain(|member| !matches!(member.key.as_str(), "flags" | "tags"));
            if !flags.is_empty() {
                members.push(Member::added("flags", Node::new(Value::List(flags), holdout.node.at)));
            }
        }
    }
    // A holdout goes when nothing is left that it covers, and may take with it those that include it.
    loop {
        let names: BTreeSet<String> = kept.iter().map(|holdout| holdout.key.clone()).collect();
        for holdout in &mut kept {
            let Value::Object(members) = &mut holdout.node.value else { continue };
            for member in members.iter_mut().filter(|member| member.key == "includes") {
                if let Value::List(items) = &mut member.node.value {
                    items.retain(|item| item.text().is_some_and(|name| names.contains(name)));
                }
            }
            members.retain(|member| member.key != "includes" || !member.node.items().is_empty());
        }
        let before = kept.len();
        kept.retain(|holdout| {
            let all = holdout.node.get("all").is_some_and(|all| all.value == Value::Bool(true));
            all || holdout.node.get("flags").is_some() || holdout.node.get("includes").is_some()
        });
        if kept.len() == before {
            return kept;
        }
    }
}
