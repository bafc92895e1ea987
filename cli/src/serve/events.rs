//! The stream that tells of changes, as docs/DELIVERY.md has it.

use std::sync::Arc;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_core::Stream;
use serde_json::json;
use tokio::sync::watch::Receiver;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::published::Published;

/// The newest revision at once, then every other. Comments in between show that the stream lives.
pub(super) fn stream(newest: Receiver<Arc<Published>>) -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let mut told = None;
    let events = WatchStream::new(newest).map(move |published| {
        let name = name(&published, told.as_deref());
        told = Some(published.revision.clone());
        Event::default().event("revision").json_data(json!({ "revision": name }))
    });
    Sse::new(events).keep_alive(KeepAlive::new())
}

/// Whoever edits a snapshot by hand may leave its revision as it is; clients ask only for one that they don't have.
fn name(published: &Published, told: Option<&str>) -> String {
    let Published { revision, compiled, .. } = published;
    if told == Some(revision) { format!("{revision} {:?}", compiled.etag) } else { revision.clone() }
}
