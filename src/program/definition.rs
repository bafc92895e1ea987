//! A digest of what a definition means: the same for any order of keys and any white space.

use crate::bucket;
use crate::snapshot::Json;
use crate::sort::order;

/// Digests `json` and the digests of what it depends on, in any order.
pub(crate) fn digest(json: &Json, needs: &[u64]) -> u64 {
    let mut bytes = Vec::with_capacity(512);
    write(json, &mut bytes);
    for position in order(needs.len(), &|a, b| needs.get(a).cmp(&needs.get(b))) {
        if let Some(need) = needs.get(position) {
            bytes.extend_from_slice(&need.to_le_bytes());
        }
    }
    bucket::hash(&bytes)
}

/// Digests text that couldn't be read as JSON.
pub(crate) fn digest_text(text: &str) -> u64 {
    bucket::hash(text.as_bytes())
}

/// One byte for the type, lengths in front: no two values have the same bytes.
fn write(json: &Json, into: &mut Vec<u8>) {
    match json {
        Json::Null => into.push(0),
        Json::Bool(false) => into.push(1),
        Json::Bool(true) => into.push(2),
        Json::Number(number) => {
            into.push(3);
            // Adding zero makes negative zero positive: they are the same number.
            into.extend_from_slice(&(number + 0.0).to_le_bytes());
        }
        Json::String(text) => {
            into.push(4);
            write_text(text, into);
        }
        Json::List(items) => {
            into.push(5);
            write_length(items.len(), into);
            items.iter().for_each(|item| write(item, into));
        }
        Json::Object(entries) => {
            into.push(6);
            write_length(entries.len(), into);
            let key = |position: usize| entries.get(position).map(|(key, _)| key);
            for position in order(entries.len(), &|a, b| key(a).cmp(&key(b))) {
                if let Some((key, value)) = entries.get(position) {
                    write_text(key, into);
                    write(value, into);
                }
            }
        }
    }
}

fn write_text(text: &str, into: &mut Vec<u8>) {
    write_length(text.len(), into);
    into.extend_from_slice(text.as_bytes());
}

/// In four bytes wherever it is compiled, so that a snapshot has the same digests everywhere. A document is too small for more.
fn write_length(length: usize, into: &mut Vec<u8>) {
    into.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}
