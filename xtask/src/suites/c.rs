//! The C ABI: programs in C and C++, and an installation tree as other people's builds use it.

use super::rust::tests_in;
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
        let mut tests = tests_in("tests")?;
        tests.retain(|name| name.starts_with("c_"));
        let mut arguments = vec!["--package", "graph-invalidate", "--features", "ffi-check"];
        for test in &tests {
            arguments.extend(["--test", test]);
        }
        cargo_test::run(session, &arguments)
    },
};

pub(super) const INSTALLATION: Suite = Suite {
    name: "install",
    needs: &[
        ("gcc", "gcc"),
        ("cmake", "cmake"),
        ("pkg-config", "pkg-config"),
    ],
    run: |session| {
        cargo_test::run(
            session,
            &["--package", "graph-invalidate", "--test", "installation"],
        )
    },
};
