//! The C ABI: programs in C and C++, and an installation tree as other people's builds use it.

use super::{Suite, cargo_test};

pub(super) const PROGRAMS: Suite = Suite {
    name: "c",
    needs: &[
        ("gcc", "gcc"),
        ("g++", "g++"),
        ("clang", "clang"),
        ("clang++", "clang"),
        ("valgrind", "valgrind"),
        ("nm", "binutils"),
        ("readelf", "binutils"),
    ],
    run: |session| {
        let wanted = |name: &str| name.starts_with("c_");
        cargo_test::run_folders(session, &["tests"], wanted, &[])
    },
};

pub(super) const INSTALLATION: Suite = Suite {
    name: "install",
    needs: &[
        ("gcc", "gcc"),
        ("cmake", "cmake"),
        ("pkg-config", "pkg-config"),
    ],
    run: |session| cargo_test::run(session, &["--test", "installation"]),
};
