//! The `graph-invalidate` command.

fn main() {}
