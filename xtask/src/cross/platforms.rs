//! The platforms, and what each ecosystem calls them.

/// What a platform's programs are linked against.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    /// Linux with glibc, as old as 2.17.
    Glibc,
    /// Linux with musl.
    Musl,
    /// Windows.
    Windows,
}

/// One platform.
pub(crate) struct Platform {
    /// .NET's name, which names the artefacts too.
    pub(crate) rid: &'static str,
    /// Rust's name.
    pub(crate) triple: &'static str,
    pub(crate) system: System,
    /// The tag of its wheels.
    pub(crate) wheel: &'static str,
    /// Debian's name of the architecture, where there is a package for it.
    pub(crate) debian: Option<&'static str>,
    /// The folder of its library in the jar.
    pub(crate) java: Option<&'static str>,
    /// The folder of its library in the Go module.
    pub(crate) go: Option<&'static str>,
}

impl Platform {
    /// The processor, as compilers name it.
    pub(crate) fn processor(&self) -> &'static str {
        self.triple.split('-').next().unwrap_or_default()
    }

    /// The shared library's file.
    pub(crate) fn shared_library(&self) -> &'static str {
        match self.system {
            System::Windows => "graph_invalidate.dll",
            System::Glibc | System::Musl => "libgraph_invalidate.so",
        }
    }

    /// The command's file.
    pub(crate) fn command(&self) -> &'static str {
        match self.system {
            System::Windows => "graph-invalidate.exe",
            System::Glibc | System::Musl => "graph-invalidate",
        }
    }
}

/// Every platform that packages are made for.
pub(crate) const PLATFORMS: &[Platform] = &[
    Platform {
        rid: "linux-x64",
        triple: "x86_64-unknown-linux-gnu",
        system: System::Glibc,
        wheel: "manylinux_2_17_x86_64.manylinux2014_x86_64",
        debian: Some("amd64"),
        java: Some("linux-x86_64"),
        go: Some("linux_amd64"),
    },
    Platform {
        rid: "linux-musl-x64",
        triple: "x86_64-unknown-linux-musl",
        system: System::Musl,
        wheel: "musllinux_1_2_x86_64",
        debian: None,
        java: Some("linux-musl-x86_64"),
        go: None,
    },
    Platform {
        rid: "win-x64",
        triple: "x86_64-pc-windows-gnu",
        system: System::Windows,
        wheel: "win_amd64",
        debian: None,
        java: Some("windows-x86_64"),
        go: Some("windows_amd64"),
    },
    Platform {
        rid: "linux-arm64",
        triple: "aarch64-unknown-linux-gnu",
        system: System::Glibc,
        wheel: "manylinux_2_17_aarch64.manylinux2014_aarch64",
        debian: Some("arm64"),
        java: Some("linux-aarch64"),
        go: Some("linux_arm64"),
    },
    Platform {
        rid: "linux-musl-arm64",
        triple: "aarch64-unknown-linux-musl",
        system: System::Musl,
        wheel: "musllinux_1_2_aarch64",
        debian: None,
        java: Some("linux-musl-aarch64"),
        go: None,
    },
    Platform {
        rid: "win-arm64",
        triple: "aarch64-pc-windows-gnullvm",
        system: System::Windows,
        wheel: "win_arm64",
        debian: None,
        java: Some("windows-aarch64"),
        go: Some("windows_arm64"),
    },
];
