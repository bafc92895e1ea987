//! A static file server for the demo page: this machine only, and under the strictest policy that the page can have.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Method, Request, Response, StatusCode};

/// Tried first, so that the address stays the same from one run to the next.
const USUAL_PORT: u16 = 8474;

/// `'wasm-unsafe-eval'` lets the module compile; scripts, styles and data come from the page's own origin alone.
const HEADERS: [(&str, &str); 5] = [
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-cache"),
];

/// A bound server of one folder.
pub(crate) struct Server {
    http: tiny_http::Server,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Binds to the port, where 0 is any; without one to the usual port, or to any when that is taken.
    pub(crate) fn bind(folder: PathBuf, port: Option<u16>) -> Result<Self> {
        let folder = folder.canonicalize().with_context(|| format!("cannot serve `{}`", folder.display()))?;
        let http = match port {
            Some(port) => listen(port),
            None => listen(USUAL_PORT).or_else(|_| listen(0)),
        }?;
        let port = http.server_addr().to_ip().map_or(0, |address| address.port());
        Ok(Self { http, folder, port })
    }

    /// Where the page is.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Serves until the process ends.
    pub(crate) fn serve(&self) {
        for request in self.http.incoming_requests() {
            let answer = answer(&self.folder, request.method(), request.url());
            // The browser may have gone away; the next request is no worse for it.
            let _ = send(request, answer);
        }
    }

    /// Serves on a thread of its own until the process ends.
    pub(crate) fn serve_in_background(self) {
        thread::spawn(move || self.serve());
    }
}

fn listen(port: u16) -> Result<tiny_http::Server> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    tiny_http::Server::http(address).map_err(|error| anyhow!("cannot listen on {address}: {error}"))
}

#[derive(Debug, PartialEq)]
enum Answer {
    File(PathBuf, &'static str),
    NotFound,
    NotAllowed,
}

fn answer(folder: &Path, method: &Method, url: &str) -> Answer {
    if !matches!(method, Method::Get | Method::Head) {
        return Answer::NotAllowed;
    }
    match resolve(folder, url) {
        Some(file) => {
            let kind = content_type(&file);
            Answer::File(file, kind)
        }
        None => Answer::NotFound,
    }
}

/// The file in the folder that an address means. Only plain names are taken, so nothing can point out of the folder;
/// a link that leads out of it is refused as well.
fn resolve(folder: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = if path.is_empty() { "index.html" } else { path };
    if !path.split('/').all(is_plain_name) {
        return None;
    }
    let file = folder.join(path).canonicalize().ok()?;
    (file.starts_with(folder) && file.is_file()).then_some(file)
}

fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn send(request: Request, answer: Answer) -> io::Result<()> {
    match answer {
        Answer::File(file, kind) => {
            let length = fs::metadata(&file)?.len();
            let response =
                Response::new(StatusCode(200), headers(kind), File::open(&file)?, usize::try_from(length).ok(), None);
            // A file of unknown length would be sent in chunks; with its length a truncated one is noticed.
            request.respond(response.with_chunked_threshold(usize::MAX))
        }
        Answer::NotFound => plain(request, 404, "not found\n"),
        Answer::NotAllowed => plain(request, 405, "only GET and HEAD are answered\n"),
    }
}

fn plain(request: Request, status: u16, text: &str) -> io::Result<()> {
    let headers = headers("text/plain; charset=utf-8");
    request.respond(Response::new(StatusCode(status), headers, text.as_bytes(), Some(text.len()), None))
}

fn headers(content_type: &str) -> Vec<Header> {
    let fields = HEADERS.iter().copied().chain([("Content-Type", content_type)]);
    fields.filter_map(|(name, value)| Header::from_bytes(name, value).ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::{Answer, Server, answer, resolve};
    use tiny_http::Method;

    #[test]
    fn only_plain_names_inside_the_folder_are_served() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("site");
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::write(outer.path().join("secret.txt"), "").unwrap();
        fs::write(folder.join("index.html"), "").unwrap();
        fs::write(folder.join(".hidden"), "").unwrap();
        fs::write(folder.join("assets/a_b-1.js"), "").unwrap();
        std::os::unix::fs::symlink(outer.path().join("secret.txt"), folder.join("link.txt")).unwrap();
        let folder = folder.canonicalize().unwrap();

        assert_eq!(resolve(&folder, "/"), Some(folder.join("index.html")));
        assert_eq!(resolve(&folder, "/index.html?a=1"), Some(folder.join("index.html")));
        assert_eq!(resolve(&folder, "/assets/a_b-1.js"), Some(folder.join("assets/a_b-1.js")));
        let refused = [
            "/../secret.txt",
            "/assets/../../secret.txt",
            "/%2e%2e/secret.txt",
            "//etc/passwd",
            "/assets//a_b-1.js",
            "/assets",
            "/assets/",
            "/.hidden",
            "/link.txt",
            "/missing.js",
            "/assets\\a_b-1.js",
            "index.html",
            "*",
        ];
        for url in refused {
            assert_eq!(resolve(&folder, url), None, "{url}");
        }
        assert_eq!(answer(&folder, &Method::Post, "/"), Answer::NotAllowed);
    }

    fn get(port: u16, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn every_answer_carries_the_policy_and_its_type() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("m.wasm"), "\0asm").unwrap();
        let server = Server::bind(folder.path().to_owned(), Some(0)).unwrap();
        let port = server.port;
        server.serve_in_background();

        let module = get(port, "/m.wasm");
        assert!(module.starts_with("HTTP/1.1 200 OK\r\n"), "{module}");
        assert!(module.contains("Content-Type: application/wasm\r\n"), "{module}");
        assert!(module.contains("Content-Length: 4\r\n"), "{module}");
        assert!(module.ends_with("\r\n\r\n\0asm"), "{module}");
        let missing = get(port, "/nothing");
        assert!(missing.starts_with("HTTP/1.1 404 "), "{missing}");
        for text in [module, missing] {
            assert!(text.contains("script-src 'self' 'wasm-unsafe-eval'; style-src 'self';"), "{text}");
            assert!(!text.contains("'unsafe-eval'"), "{text}");
        }
    }

    #[test]
    fn a_port_that_was_asked_for_and_is_taken_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = Server::bind(folder.path().to_owned(), Some(0)).unwrap();
        let second = Server::bind(folder.path().to_owned(), Some(first.port));
        let message = second.map(|_| ()).unwrap_err().to_string();
        assert!(message.starts_with(&format!("cannot listen on 127.0.0.1:{}: ", first.port)), "{message}");
    }
}
