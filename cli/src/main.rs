//! tidegate-cli

fn main() {}
