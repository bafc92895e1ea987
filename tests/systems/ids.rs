//! Whole populations of ids, the same in every run.

/// `user-0`, `user-1` …
pub(crate) fn sequential(count: u64) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("user-{number}"))
}

/// UUIDs of version 4.
pub(crate) fn uuids(count: u64) -> impl Iterator<Item = String> {
    (0..count).map(|number| {
        let (high, low) = (mixed(2 * number), mixed(2 * number + 1));
        let clock = 0x8000 | (low >> 48 & 0x3FFF);
        let [time, middle, version] = [high >> 32, high >> 16 & 0xFFFF, 0x4000 | (high & 0xFFF)];
        format!("{time:08x}-{middle:04x}-{version:04x}-{clock:04x}-{:012x}", low & 0xFFFF_FFFF_FFFF)
    })
}

/// Addresses of people, who share names and hosts.
pub(crate) fn emails(count: u64) -> impl Iterator<Item = String> {
    const NAMES: [&str; 8] = ["anna.berg", "li.wei", "o.okafor", "mary-ann", "j.smith", "sven", "fatima.z", "x"];
    const HOSTS: [&str; 5] = ["mail.example", "shop.example", "post.example.org", "web.example", "corp.example.com"];
    (0..count).map(|number| {
        let name = NAMES[usize::try_from(number % 8).unwrap_or_default()];
        let host = HOSTS[usize::try_from(number / 8 % 5).unwrap_or_default()];
        format!("{name}{}@{host}", number / 40)
    })
}

/// The three kinds, by name.
pub(crate) fn kinds(count: u64) -> [(&'static str, Vec<String>); 3] {
    [("sequential", sequential(count).collect()), ("UUID", uuids(count).collect()), ("e-mail", emails(count).collect())]
}

/// SplitMix64's output for the state `number` (Steele, Lea and Flood, 2014): no two numbers have the same.
fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ bits >> 31
}
