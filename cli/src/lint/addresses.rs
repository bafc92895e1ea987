//! Addresses that stand for all: the first of each range, and the first behind it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tidegate::Json;

use super::view::list;

/// Texts such that, if an address is in some of the ranges of `named` and not in others, one of them is: ranges lie within
/// each other or apart, so what is left of one begins with it or behind another. `None` when one can't be read.
pub(crate) fn candidates(named: &[&Json]) -> Option<Vec<String>> {
    let mut addresses = vec![IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED), BEHIND_MAPPED];
    for value in named {
        let ranges = match value {
            Json::String(_) => std::slice::from_ref(*value),
            _ => list(Some(value)),
        };
        for range in ranges {
            let Json::String(text) = range else { return None };
            addresses.extend(ends(text)?);
        }
    }
    Some(addresses.iter().map(IpAddr::to_string).collect())
}

/// IPv6 has a hole where IPv4 is: this is the first address behind it.
const BEHIND_MAPPED: IpAddr = IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, 0, 1, 0, 0));

/// The first address of a range, and the first behind it unless it is the last range.
fn ends(text: &str) -> Option<Vec<IpAddr>> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let (address, length) = match address.parse().ok()? {
        IpAddr::V6(address) => match (address.to_ipv4_mapped(), length.unwrap_or(128)) {
            (Some(mapped), length @ 96..) => (IpAddr::V4(mapped), length - 96),
            (_, length) => (IpAddr::V6(address), length),
        },
        address @ IpAddr::V4(_) => (address, length.unwrap_or(32)),
    };
    let ends = match address {
        IpAddr::V4(address) => {
            let size = 1_u64.checked_shl(32_u32.checked_sub(length)?)?;
            let first = u64::from(address.to_bits()) / size * size;
            let ends = [first, first + size].map(|end| u32::try_from(end).ok());
            ends.into_iter().flatten().map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))).collect()
        }
        IpAddr::V6(address) => {
            let host = u128::MAX.checked_shr(length).unwrap_or_default();
            let last = address.to_bits() | host;
            let ends = [Some(last - host), last.checked_add(1)];
            ends.into_iter().flatten().map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))).collect()
        }
    };
    Some(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_where_the_next_begins() {
        for (range, expected) in [
            ("10.1.2.3/8", "10.0.0.0 11.0.0.0"),
            ("255.0.0.0/8", "255.0.0.0"),
            ("0.0.0.0/0", "0.0.0.0"),
            ("10.1.2.3", "10.1.2.3 10.1.2.4"),
            ("::ffff:10.0.0.0/104", "10.0.0.0 11.0.0.0"),
            ("2001:db8::1/32", "2001:db8:: 2001:db9::"),
            ("::/0", "::"),
            ("::1/128", "::1 ::2"),
        ] {
            let ends: Vec<String> = ends(range).unwrap().iter().map(IpAddr::to_string).collect();
            assert_eq!(ends.join(" "), expected, "{range}");
        }
        assert_eq!(ends("10.0.0.0/x"), None);
        assert_eq!(ends("10.0.0.0/33"), None);
    }
}
