//! `tidegate serve`: what it refuses. What it answers is tested with the packed package, in `tests/packaging`.

use crate::support::{golden, is_by_npm, run};

#[test]
fn what_cannot_be_served_is_said() {
    golden("serve-help", &run(&["serve", "--help"], b""));
    // By npm it has no sockets, and says that instead.
    if is_by_npm() {
        golden("serve-by-npm", &run(&["serve", "snapshots/conflicts.json"], b""));
        return;
    }
    golden("serve-missing", &run(&["serve", "snapshots/nowhere.json"], b""));
    golden("serve-refused", &run(&["serve", "-"], b"[]"));
    golden("serve-origin", &run(&["serve", "snapshots/conflicts.json", "--allow-origin", "*"], b""));
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut told = run(&["serve", "snapshots/conflicts.json", "--port", &port], b"");
    told.err = told.err.replace(&port, "PORT");
    golden("serve-taken", &told);
}
