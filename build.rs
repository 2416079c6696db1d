//! Link arguments of the shared library. Writes nothing, reads nothing but its environment.

/// The ABI number in the library's name; a test holds it against `GRAPH_INVALIDATE_ABI_VERSION`.
const ABI_VERSION: u32 = 1;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    match system.as_str() {
        "linux" | "android" | "freebsd" => {
            // Without a SONAME programs would record the path they were linked with.
            println!(
                "cargo::rustc-cdylib-link-arg=-Wl,-soname,libgraph_invalidate.so.{ABI_VERSION}"
            );
            // Unloading would pull the code from under threads that resolve names or load authorities.
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
        "macos" => {
            println!(
                "cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libgraph_invalidate.{ABI_VERSION}.dylib"
            );
        }
        _ => {}
    }
}
