//! A file that is a program. The file is the program's own words, little-endian; the header says where everything is.

use zerocopy::{FromBytes, IntoBytes};

use super::directory::Directory;
use super::row::{self, Header};
#[cfg(feature = "json")]
use super::words::bytes_at;
use super::words::{from, rows};
use super::{Names, Program, verify};
use crate::bucket;
use crate::snapshot::{Code, Problem, whole};

/// `TIDE`.
pub(super) const MAGIC: u32 = u32::from_le_bytes(*b"TIDE");
/// To be raised with every change of the rows or of what they mean.
pub(super) const VERSION: u32 = 4;
const ASTRAY: &str = "points outside itself, expected the output of `tidegate compile`";
/// The words that the checksum doesn't cover: those up to it and itself. Nor does it cover blocks, which have sums of their own.
const UNCOVERED: usize = 5;

pub(super) fn is_one(words: &[u32]) -> bool {
    words.first().is_some_and(|first| u32::from_le(*first) == MAGIC)
}

/// Checks what the definitions of a file share and makes a program of it, which uses `words` as they are. Its definitions are
/// checked when they are asked for, so this takes no longer for their size.
#[inline(never)]
pub(super) fn open(mut words: Vec<u32>, len: usize) -> Result<Program, Problem> {
    let refuse = |message: &str| Err(whole(Code::InvalidImage, ["the compiled snapshot ", message].concat()));
    if cfg!(target_endian = "big") {
        return refuse("is little-endian, expected a processor that is, too");
    }
    let Ok((header, _)) = Header::read_from_prefix(words.as_bytes()) else {
        return refuse("ends in its header, expected more");
    };
    if header.version != VERSION {
        let message = [
            "the compiled snapshot has format version ",
            &header.version.to_string(),
            ", expected ",
            &VERSION.to_string(),
            ": compile it anew with this version's `tidegate compile`",
        ];
        return Err(whole(Code::UnsupportedVersion, message.concat()));
    }
    if header.words as usize != words.len() || words.len() * 4 != len {
        return refuse("is cut off or has something behind it, expected as many bytes as its header says");
    }
    if header.frame > header.words || !close_all(&mut words, &header) {
        return refuse(ASTRAY);
    }
    if row::join(header.checksum) != checksum(&words, header.frame) {
        return refuse("is damaged, expected bytes with the checksum that its header has");
    }
    let names = |[at, count]: [u32; 2]| Names::of(rows(from(&words, at), count));
    let mut program = Program {
        header,
        revision: String::new(),
        attributes: names(header.attributes),
        symbols: names(header.symbols),
        patterns: Vec::new(),
        #[cfg(feature = "json")]
        alarms: Vec::new(),
        problems: Vec::new(),
        words,
    };
    #[cfg(feature = "json")]
    {
        program.problems = super::report::read(bytes_at(&program.words, header.refused[0], header.refused[1]));
    }
    if !verify::is_sound(&program) || !program.open_patterns() {
        return refuse(ASTRAY);
    }
    program.revision = program.own_text(header.revision).to_owned();
    Ok(program)
}

/// Has every row say that its definition has no words, as in a file: a program that was asked already may be opened again.
pub(super) fn close_all(words: &mut [u32], header: &Header) -> bool {
    header.directories.0.into_iter().map(Directory::at).all(|directory| {
        let inside = verify::is_inside(directory, header.frame as usize);
        for number in 0..if inside { directory.count } else { 0 } {
            if let Some(row) = directory.row_mut(words, number) {
                row.block_len = 0;
            }
        }
        inside
    })
}

pub(super) fn checksum(words: &[u32], frame: u32) -> u64 {
    bucket::hash(words.get(UNCOVERED..frame as usize).unwrap_or_default().as_bytes())
}
