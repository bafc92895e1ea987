//! Who is answered: requests to this machine by its own name, and pages that it serves.

use std::net::IpAddr;

use anyhow::{Result, bail};
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::server::EVENTS_HEADER;

/// Refuses requests that came here by a name that isn't this machine's: a page on the web whose name was made to lead
/// here (DNS rebinding) could read every answer, being of the same origin.
pub(super) async fn refuse_other_names(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    match host {
        Some(host) if is_here(host.host()) => next.run(request).await,
        _ => (StatusCode::MISDIRECTED_REQUEST, "only requests to localhost are answered\n").into_response(),
    }
}

/// Lets pages of this machine read the answers, and pages of the origins given.
///
/// # Errors
/// One of them isn't an origin.
pub(super) fn let_pages_read(origins: &[String]) -> Result<CorsLayer> {
    let allowed = origins.iter().map(|text| origin(text)).collect::<Result<Vec<_>>>()?;
    let is_allowed = move |origin: &HeaderValue| allowed.contains(origin) || is_page_from_here(origin);
    Ok(CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| is_allowed(origin)))
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([header::ETAG, HeaderName::from_static(EVENTS_HEADER)]))
}

fn origin(text: &str) -> Result<HeaderValue> {
    let is_origin = text == "null"
        || text.parse::<Uri>().is_ok_and(|uri| match (uri.scheme_str(), uri.authority()) {
            (Some(scheme), Some(authority)) => text == format!("{scheme}://{authority}"),
            _ => false,
        });
    match HeaderValue::from_str(text) {
        Ok(value) if is_origin => Ok(value),
        _ => bail!("found `{text}` for --allow-origin, expected an origin such as `http://shop.test:3000`"),
    }
}

fn is_page_from_here(origin: &HeaderValue) -> bool {
    let uri = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok());
    uri.is_some_and(|uri| uri.scheme().is_some() && uri.host().is_some_and(is_here))
}

/// `localhost`, a name below it, or an address that leads back here.
fn is_here(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&host);
    host == "localhost" || host.ends_with(".localhost") || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{is_here, is_page_from_here, origin};
    use axum::http::HeaderValue;

    #[test]
    fn only_this_machine_s_own_names_are_here() {
        for host in ["localhost", "LocalHost", "app.localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(is_here(host), "{host}");
        }
        for host in ["", "localhost.example", "127.0.0.1.example", "10.0.0.1", "0.0.0.0", "[::]", "notlocalhost"] {
            assert!(!is_here(host), "{host}");
        }
    }

    #[test]
    fn pages_from_here_may_read_and_others_only_if_they_are_named() {
        let page = |text| is_page_from_here(&HeaderValue::from_str(text).unwrap());
        assert!(page("http://localhost:5173") && page("https://127.0.0.1") && page("http://[::1]:3000"));
        assert!(
            !page("null") && !page("https://localhost.example") && !page("localhost") && !page("https://a.example")
        );
        assert!(origin("http://shop.test:3000").is_ok() && origin("null").is_ok());
        for text in ["*", "shop.test", "http://shop.test/", "http://shop.test/path", ""] {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
