//! What is served: a snapshot that has no problems, in both of its forms.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use axum::body::Bytes;
use headers::ETag;
use sha2::{Digest, Sha256};

use crate::check::counted;
use crate::compile::{compile, refuse};
use crate::document::Document;
use crate::show::printable;

pub(super) struct Published {
    pub(super) revision: String,
    pub(super) flags: usize,
    /// Absent when what is served was compiled ahead.
    pub(super) json: Option<Form>,
    pub(super) compiled: Form,
}

/// The bytes, and what they are known by.
pub(super) struct Form {
    pub(super) bytes: Bytes,
    pub(super) etag: ETag,
}

impl Published {
    /// Reads a snapshot. Its problems are shown on standard error, and then there is nothing to publish.
    ///
    /// # Errors
    /// It can't be read, or its problems can't be shown.
    pub(super) fn read(path: &Path) -> Result<Option<Self>> {
        let document = Document::open(path)?;
        let loaded = document.load();
        let (program, compiled) = match compile(&loaded, false) {
            Ok(compiled) => compiled,
            Err(problems) => {
                refuse(&document, &problems, &loaded)?;
                return Ok(None);
            }
        };
        let (revision, flags) = (program.revision().to_owned(), program.flag_count());
        let json = if document.bytes == compiled { None } else { Some(Form::new(document.bytes)?) };
        Ok(Some(Self { revision, flags, json, compiled: Form::new(compiled)? }))
    }

    /// Whether whoever has the one has the other.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let tag = |published: &Self| published.json.as_ref().map(|form| form.etag.clone());
        self.compiled.etag == other.compiled.etag && tag(self) == tag(other)
    }

    /// What it is, in a few words.
    pub(super) fn words(&self) -> String {
        format!("revision {}, {}", printable(&self.revision), counted(self.flags, "flag"))
    }
}

impl Form {
    fn new(bytes: Vec<u8>) -> Result<Self> {
        let mut tag = String::from("\"");
        for byte in Sha256::digest(&bytes).iter().take(TAG_BYTES) {
            let _ = write!(tag, "{byte:02x}");
        }
        tag.push('"');
        Ok(Self { bytes: bytes.into(), etag: tag.parse().context("the digest is no entity tag")? })
    }
}

/// As many bytes of the digest as nobody finds twice.
const TAG_BYTES: usize = 16;
