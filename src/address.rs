//! IP addresses and the blocks they are in; IPv4 and IPv6 never mix, but for IPv4 written inside IPv6.

use std::net::{IpAddr, Ipv6Addr};

use crate::program::{Text, row};

/// A block of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    version_4: bool,
    base: u128,
    mask: u128,
}

impl Network {
    /// `address/prefix`, or one address alone. Bits behind the prefix are ignored.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().ok()?;
        let (width, bits) = match written {
            IpAddr::V4(address) => (32, u128::from(address.to_bits())),
            IpAddr::V6(address) => (128, address.to_bits()),
        };
        let length = match prefix {
            None => width,
            Some(prefix) => {
                let clean =
                    prefix.bytes().all(|byte| byte.is_ascii_digit()) && (prefix.len() == 1 || !prefix.starts_with('0'));
                prefix.parse().ok().filter(|length| clean && *length <= width)?
            }
        };
        // A block of IPv4 addresses inside IPv6 is written with IPv6's prefix; a larger one holds IPv6 addresses only.
        let (version_4, bits) = match canonical(written) {
            (true, _) if width == 128 && length < 96 => (false, bits),
            canonical => canonical,
        };
        let (width, length) = if version_4 && width == 128 { (32, length - 96) } else { (width, length) };
        let mask = u128::MAX.checked_shl(width - length).unwrap_or(0);
        Some(Self { version_4, base: bits & mask, mask })
    }

    /// The block as a row, with what was written.
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
    Some(canonical(std::str::from_utf8(text).ok()?.parse().ok()?))
}

fn canonical(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(address) => (true, u128::from(address.to_bits())),
        IpAddr::V6(address) => mapped(address),
    }
}

fn mapped(address: Ipv6Addr) -> (bool, u128) {
    match address.to_ipv4_mapped() {
        Some(inner) => (true, u128::from(inner.to_bits())),
        None => (false, address.to_bits()),
    }
}

#[cfg(test)]
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
}
