//! IP addresses and the blocks they are in; IPv4 and IPv6 never mix, but for IPv4 written inside IPv6.

#[cfg(feature = "json")]
use crate::program::Text;
use crate::program::row;

/// A block of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    version_4: bool,
    base: u128,
    mask: u128,
}

impl Network {
    /// `address/prefix`, or one address alone. Bits behind the prefix are ignored.
    #[cfg(feature = "json")]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        let slash = text.iter().position(|byte| *byte == b'/');
        let (is_version_4, bits) = read(text.get(..slash.unwrap_or(text.len()))?)?;
        let width = if is_version_4 { 32 } else { 128 };
        let length = match slash {
            None => width,
            Some(slash) => {
                let digits = text.get(slash + 1..)?;
                let (length, used) = number(digits, 10, 3)?;
                let clean = used == digits.len() && (used == 1 || digits.first() != Some(&b'0'));
                if !clean || length > width {
                    return None;
                }
                length
            }
        };
        // A block of IPv4 addresses inside IPv6 is written with IPv6's prefix; a larger one holds IPv6 addresses only.
        let (version_4, bits) =
            if is_version_4 || length >= 96 { canonical(is_version_4, bits) } else { (false, bits) };
        let (width, length) = if version_4 && width == 128 { (32, length - 96) } else { (width, length) };
        let mask = u128::MAX.checked_shl(width - length).unwrap_or(0);
        Some(Self { version_4, base: bits & mask, mask })
    }

    /// The block as a row, with what was written.
    #[cfg(feature = "json")]
    #[expect(clippy::cast_possible_truncation, reason = "a part of 128 bits")]
    pub(crate) fn row(&self, written: Text) -> row::Block {
        let base = [self.base, self.base >> 32, self.base >> 64, self.base >> 96].map(|part| part as u32);
        let length = self.mask.count_ones() - if self.version_4 { 96 } else { 0 };
        row::Block { bits: length | u32::from(self.version_4) << 8, base, written }
    }

    /// The block that a row has.
    pub(crate) fn from_row(row: &row::Block) -> Self {
        let base = row.base.iter().rev().fold(0, |base: u128, part| base << 32 | u128::from(*part));
        let version_4 = row.bits & 0x100 != 0;
        let width = if version_4 { 32 } else { 128 };
        let mask = u128::MAX.checked_shl(width - (row.bits & 0xFF).min(width)).unwrap_or(0);
        Self { version_4, base, mask }
    }

    /// Whether the address that `text` is lies in the block; false when it can't be read.
    pub(crate) fn contains(&self, address: (bool, u128)) -> bool {
        address.0 == self.version_4 && address.1 & self.mask == self.base
    }
}

/// An address ready for [`Network::contains`]; zones and leading zeros in IPv4 are unreadable.
pub(crate) fn parse(text: &[u8]) -> Option<(bool, u128)> {
    let (version_4, bits) = read(text)?;
    Some(canonical(version_4, bits))
}

/// IPv4 written inside IPv6 is IPv4.
const fn canonical(version_4: bool, bits: u128) -> (bool, u128) {
    if !version_4 && bits >> 32 == 0xFFFF { (true, bits & 0xFFFF_FFFF) } else { (version_4, bits) }
}

/// An address as it is written: whether it is IPv4, and its bits. A third of the standard library's reader in the module,
/// which the tests hold it against.
fn read(text: &[u8]) -> Option<(bool, u128)> {
    match version_4(text) {
        Some(bits) => Some((true, bits)),
        None => version_6(text).map(|bits| (false, bits)),
    }
}

/// Four numbers below 256 without leading zeros.
fn version_4(text: &[u8]) -> Option<u128> {
    let (mut bits, mut rest) = (0, text);
    for turn in 0..4 {
        if turn > 0 {
            rest = rest.strip_prefix(b".")?;
        }
        let (part, used) = number(rest, 10, 3)?;
        if part > 255 || used > 1 && rest.first() == Some(&b'0') {
            return None;
        }
        bits = bits << 8 | u128::from(part);
        rest = rest.get(used..)?;
    }
    rest.is_empty().then_some(bits)
}

/// Eight groups of up to four hexadecimal digits, the last two perhaps an IPv4 address; `::` once for one or more zeros.
fn version_6(text: &[u8]) -> Option<u128> {
    let (mut bits, mut groups, mut rest) = (0_u128, 0, text);
    // How many groups stand before the `::`.
    let mut gap = None;
    loop {
        if gap.is_none()
            && let Some(behind) = rest.strip_prefix(b"::")
        {
            (gap, rest) = (Some(groups), behind);
            if rest.is_empty() {
                break;
            }
        } else if groups > 0 {
            rest = rest.strip_prefix(b":")?;
        }
        if groups <= 6
            && let Some(inside) = version_4(rest)
        {
            (bits, groups) = (bits << 32 | inside, groups + 2);
            break;
        }
        let (group, used) = number(rest, 16, 4)?;
        (bits, groups) = (bits << 16 | u128::from(group), groups + 1);
        rest = rest.get(used..)?;
        if rest.is_empty() {
            break;
        }
        if groups == 8 {
            return None;
        }
    }
    match gap {
        None => (groups == 8).then_some(bits),
        Some(_) if groups > 7 => None,
        Some(before) => {
            let behind = 16 * (groups - before);
            let low = bits & (1_u128.checked_shl(behind)?.wrapping_sub(1));
            Some((bits >> behind).checked_shl(128 - 16 * before).unwrap_or(0) | low)
        }
    }
}

/// The number that `text` begins with, of at most `most` digits, and how many it has.
fn number(text: &[u8], radix: u32, most: usize) -> Option<(u32, usize)> {
    let (mut number, mut used) = (0, 0);
    for byte in text.iter().take(most) {
        let Some(digit) = char::from(*byte).to_digit(radix) else { break };
        number = number * radix + digit;
        used += 1;
    }
    (used > 0).then_some((number, used))
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests {
    use super::*;

    fn contains(block: &str, address: &str) -> bool {
        parse(address.as_bytes()).is_some_and(|address| Network::parse(block).unwrap().contains(address))
    }

    #[test]
    fn blocks_contain_their_addresses() {
        assert!(contains("10.0.0.0/8", "10.255.0.1"));
        assert!(contains("10.1.2.3/8", "10.255.0.1"));
        assert!(contains("0.0.0.0/0", "203.0.113.9"));
        assert!(contains("10.0.0.1", "::ffff:10.0.0.1"));
        assert!(contains("::ffff:10.0.0.0/104", "10.9.9.9"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1"));
        assert!(contains("::/0", "2001:db8:1::1"));
    }

    #[test]
    fn other_addresses_are_outside() {
        assert!(!contains("10.0.0.0/8", "11.0.0.1"));
        assert!(!contains("0.0.0.0/0", "::1"));
        assert!(!contains("::/0", "10.0.0.1"));
        assert!(!contains("::ffff:0:0/95", "10.0.0.1"));
        assert!(!contains("10.0.0.0/8", "010.0.0.1"));
        assert!(!contains("fe80::/10", "fe80::1%eth0"));
    }

    #[test]
    fn what_is_not_a_block_is_refused() {
        for text in ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0/8", "::/129", "a/8"] {
            assert!(Network::parse(text).is_none(), "{text}");
        }
    }
    fn agrees(text: &str) {
        let theirs = text.parse::<std::net::IpAddr>().ok().map(|address| match address {
            std::net::IpAddr::V4(address) => (true, u128::from(address.to_bits())),
            std::net::IpAddr::V6(address) => (false, address.to_bits()),
        });
        assert_eq!(read(text.as_bytes()), theirs, "{text}");
    }

    #[test]
    fn addresses_are_read_as_the_standard_library_does() {
        for text in
            ["1:2:3:4:5:6:7::", "::1:2:3:4:5:6:7:8", "1::2:3:4:5:6:7:8", ":::", "::1::", "1:2:3:4:5:6:7:1.2.3.4"]
        {
            agrees(text);
        }
    }

    #[cfg(not(target_family = "wasm"))]
    proptest::proptest! {
        #[test]
        fn anything_like_an_address_is_read_as_the_standard_library_does(
            like in "[0-9a-f:.]{0,20}|(:{0,2}[0-9a-f]{0,5}){0,9}(:?[0-9]{1,3}(\\.[0-9]{1,3}){3})?|([0-9]{1,3}\\.){3}[0-9]{1,4}|.{0,8}",
            bits in proptest::num::u128::ANY, zeros in 0_u32..128,
        ) {
            agrees(&like);
            agrees(&std::net::Ipv6Addr::from_bits(bits).to_string());
            agrees(&std::net::Ipv6Addr::from_bits(bits >> zeros).to_string());
            agrees(&std::net::Ipv6Addr::from_bits(bits << zeros).to_string());
        }
    }
}
