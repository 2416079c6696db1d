//! The C ABI: the only `unsafe` of the library. It translates and decides nothing. `host/` beside it asks the operating
//! system what only that can be asked, for the core as well.
//!
//! Every exported function is a plain item (the header's generator reads the source) with one guard around its body.
//! The documentation of these items is the C manual: it is written for C, and copied into the header.

// Documented for C, where # Safety sections would be noise: every pointer rule stands in the text.
#![allow(clippy::missing_safety_doc)]
#![allow(unsafe_code)]
// C reaches these items by name; in Rust nothing does.
#![allow(unreachable_pub, non_camel_case_types)]

mod access;
#[cfg(feature = "wipe-freed-memory")]
mod allocator;
mod call_options;
mod call_queue;
mod calls;
mod cancellation;
mod client;
mod counted;
mod credential;
pub(crate) mod descriptors;
mod enquiry;
mod environment;
mod freed;
mod guard;
pub(crate) mod host;
mod lists;
mod null;
mod options;
mod outcome;
pub(crate) mod panics;
mod progress;
mod rows;
mod run;
mod run_options;
mod strings;
mod version;
mod versioned;

/// The structures of the C ABI as safer-ffi declares them: the second witness of their layout.
#[cfg(feature = "ffi-check")]
pub fn second_header() -> std::io::Result<Vec<u8>> {
    let mut header = Vec::new();
    safer_ffi::headers::builder()
        .with_banner("")
        .to_writer(&mut header)
        .generate()?;
    Ok(header)
}
