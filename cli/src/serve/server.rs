//! The addresses, and what is answered there.

use std::io::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use headers::{HeaderMapExt, IfNoneMatch};
use tokio::net::TcpListener;
use tokio::sync::watch::{self, Receiver};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use super::published::{Form, Published};
use super::{Asked, events, visitors, watching};
use crate::Outcome;
use crate::show::shown;

/// Tells a client where the events are.
pub(super) const EVENTS_HEADER: &str = "tidegate-events";
const EVENTS: &str = "/events";

/// Serves until the process ends.
pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let visitors = visitors::let_pages_read(&asked.allow_origin)?;
    let Some(first) = Published::read(&asked.path)? else { return Ok(Outcome::Wrong) };
    let words = first.words();
    let (sender, newest) = watch::channel(Arc::new(first));
    let _watching = watching::watch(&asked.path, sender)?;

    let site = Router::new()
        .route("/snapshot.json", get(json))
        .route("/snapshot.tide", get(compiled))
        .route(EVENTS, get(|State(newest)| async { events::stream(newest) }))
        .with_state(newest);
    let site = match &asked.page {
        Some(folder) => site.fallback_service(ServeDir::new(folder)),
        None => site.route("/", get(CONTENTS)),
    };
    let always = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let site = site
        .layer(always(header::CACHE_CONTROL, "no-cache"))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(visitors)
        .layer(axum::middleware::from_fn(visitors::refuse_other_names));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, asked.port)).await;
        let listener = listener.with_context(|| {
            format!("could not listen on port {}, expected a free one, such as by `--port 0`", asked.port)
        })?;
        let name = shown(&asked.path);
        writeln!(out, "serving `{name}`, {words}, at http://{}/snapshot.json until Ctrl-C", listener.local_addr()?)?;
        out.flush()?;
        axum::serve(listener, site).await?;
        Ok(Outcome::Fine)
    })
}

/// What is answered at `/` where there is no page.
const CONTENTS: &str = "\
/snapshot.json  the snapshot
/snapshot.tide  the snapshot, compiled
/events         tells of changes
";

async fn json(State(newest): State<Receiver<Arc<Published>>>, asked: HeaderMap) -> Response {
    match &newest.borrow().json {
        Some(form) => answer(form, "application/json", &asked),
        None => (StatusCode::NOT_FOUND, "what is served was compiled ahead: see /snapshot.tide\n").into_response(),
    }
}

async fn compiled(State(newest): State<Receiver<Arc<Published>>>, asked: HeaderMap) -> Response {
    answer(&newest.borrow().compiled, "application/octet-stream", &asked)
}

/// A form, or that whoever asks has it already.
fn answer(form: &Form, kind: &'static str, asked: &HeaderMap) -> Response {
    let has_it = asked.typed_get::<IfNoneMatch>().is_some_and(|known| !known.precondition_passes(&form.etag));
    let events = [(HeaderName::from_static(EVENTS_HEADER), EVENTS)];
    let mut response = if has_it {
        (StatusCode::NOT_MODIFIED, events).into_response()
    } else {
        (events, [(header::CONTENT_TYPE, kind)], form.bytes.clone()).into_response()
    };
    response.headers_mut().typed_insert(form.etag.clone());
    response
}
