//! What a native host knows about who asks, and the same written into a program's slots.

use crate::date;
use crate::host::Saying;
use crate::program::Program;
use crate::slots::{self, Slot, Slots};
use crate::snapshot::{Code, Json, Problem, whole};

/// The attributes of one decision: a JSON object, of which a flag reads what it refers to.
///
/// # Examples
/// ```
/// use tidegate::Context;
/// let context = Context::keyed("u-1").with("shop.plan", "plus").with("user.age", 42);
/// assert_eq!(context.get("shop.plan"), Some(&"plus".into()));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    root: Json,
    /// The instant, in epoch milliseconds that a date can have.
    now: i64,
    /// What else the host says, of flags by key.
    sayings: Vec<(String, Saying)>,
}

impl Default for Context {
    fn default() -> Self {
        Self { root: Json::Object(Vec::new()), now: 0, sayings: Vec::new() }
    }
}

impl Context {
    /// A context with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A context with a `targetingKey`.
    #[must_use]
    pub fn keyed(targeting_key: impl Into<Json>) -> Self {
        Self::new().with("targetingKey", targeting_key)
    }

    /// Sets the attribute at a dotted path, making the objects on the way.
    #[must_use]
    pub fn with(mut self, path: &str, value: impl Into<Json>) -> Self {
        let mut here = &mut self.root;
        for part in path.split('.') {
            if !matches!(here, Json::Object(_)) {
                *here = Json::Object(Vec::new());
            }
            let Json::Object(entries) = here else {
                return self;
            };
            let position = entries.iter().position(|(key, _)| key == part).unwrap_or(entries.len());
            if position == entries.len() {
                entries.push((part.to_owned(), Json::Null));
            }
            let Some((_, value)) = entries.get_mut(position) else {
                return self;
            };
            here = value;
        }
        *here = value.into();
        self
    }

    /// Sets the instant to decide for, in epoch milliseconds; 1970-01-01T00:00:00Z unless it is set. Only flags with ramps,
    /// windows or switchbacks ask for it.
    ///
    /// # Examples
    /// ```
    /// use std::time::{SystemTime, UNIX_EPOCH};
    /// use tidegate::Context;
    /// let milliseconds = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_millis();
    /// let context = Context::keyed("u-1").at(milliseconds.try_into().expect("it is before the year 292278994"));
    /// ```
    #[must_use]
    pub fn at(mut self, milliseconds: i64) -> Self {
        self.now = date::bounded(milliseconds);
        self
    }

    /// Serves a variant of a flag in place of everything else, as a developer does who wants to see it. One that the flag
    /// doesn't have is left out.
    #[must_use]
    pub fn forced(self, flag: &str, variant: &str) -> Self {
        self.saying(flag, Saying::Forced(variant.to_owned()))
    }

    /// Gives the variant that was stored for the flag's unit: a flag with sticky rules serves it as long as it has it.
    #[must_use]
    pub fn stored(self, flag: &str, variant: &str) -> Self {
        self.saying(flag, Saying::Stored(variant.to_owned()))
    }

    /// Rolls back what the flag's guardrails of this alarm, or outcome, guard.
    #[must_use]
    pub fn rolled_back(self, flag: &str, alarm: &str) -> Self {
        self.saying(flag, Saying::RolledBack(alarm.to_owned()))
    }

    fn saying(mut self, flag: &str, saying: Saying) -> Self {
        self.sayings.push((flag.to_owned(), saying));
        self
    }

    pub(crate) fn sayings(&self) -> &[(String, Saying)] {
        &self.sayings
    }

    pub(crate) const fn now(&self) -> i64 {
        self.now
    }

    /// The attribute at a dotted path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Json> {
        path.split('.').try_fold(&self.root, |around, part| around.get(part))
    }
}

/// A context is any JSON object; anything else has no attributes.
impl From<Json> for Context {
    fn from(root: Json) -> Self {
        Self { root, ..Self::default() }
    }
}

impl std::str::FromStr for Context {
    type Err = Problem;

    /// Reads a JSON object.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let root: Json = text.parse()?;
        if matches!(root, Json::Object(_)) {
            return Ok(root.into());
        }
        let message = ["found ", root.kind(), ", expected an object of attributes"].concat();
        Err(whole(Code::WrongType, message))
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Json {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl<T: Into<Self>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// Writes the attributes in the slots `wanted` under the current stamp.
pub(crate) fn write(program: &Program, context: &Context, wanted: impl Iterator<Item = u32>, slots: &mut Slots) {
    slots.text.clear();
    slots.table.truncate(program.attribute_count());
    for slot in wanted {
        let value = context.get(program.attribute(slot));
        let symbol = |text: &str| program.symbol_of(text).map_or(0, |number| number + 1);
        let written = match value {
            Some(Json::List(items)) => {
                let elements: Vec<Slot> = items.iter().map(|item| scalar(item, &symbol, &mut slots.text)).collect();
                let start = slots.table.len();
                slots.table.extend_from_slice(&elements);
                Slot { state: slots::LIST, start: number(start), len: number(elements.len()), ..Slot::default() }
            }
            Some(value) => scalar(value, &symbol, &mut slots.text),
            None => Slot::default(),
        };
        let state = slots.state(written.state);
        if let Some(place) = slots.table.get_mut(slot as usize) {
            *place = Slot { state, ..written };
        }
    }
}

/// A value that is not a list; within a list, lists match nothing either.
fn scalar(value: &Json, symbol: &impl Fn(&str) -> u32, text: &mut Vec<u8>) -> Slot {
    let tagged = |state| Slot { state, ..Slot::default() };
    match value {
        Json::Null => tagged(slots::MISSING),
        Json::Bool(false) => tagged(slots::FALSE),
        Json::Bool(true) => tagged(slots::TRUE),
        Json::Number(number) if number.is_finite() => Slot { number: *number, ..tagged(slots::NUMBER) },
        Json::Number(_) => tagged(slots::MISSING),
        Json::String(string) => {
            let start = number(text.len());
            text.extend_from_slice(string.as_bytes());
            Slot { symbol: symbol(string), start, len: number(string.len()), ..tagged(slots::STRING) }
        }
        Json::List(_) | Json::Object(_) => tagged(slots::OTHER),
    }
}

/// Contexts of four gigabytes aren't built: what doesn't fit is cut off by the bounds checks of the walk.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
