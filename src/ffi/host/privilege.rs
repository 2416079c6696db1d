//! Programs with a set-user-id or set-group-id bit, or file capabilities.

/// Whether the process has more rights than who started it: then the environment, which comes from that caller, is not
/// read.
pub(crate) fn has_more_rights_than_its_caller() -> bool {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    // SAFETY: asks for a number that the kernel gave the process at its start.
    return unsafe { libc::getauxval(libc::AT_SECURE) } != 0;
    #[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
    return {
        unsafe extern "C" {
            safe fn issetugid() -> libc::c_int;
        }
        issetugid() != 0
    };
    #[cfg(not(any(
        target_os = "linux",
        target_os = "android",
        target_vendor = "apple",
        target_os = "freebsd"
    )))]
    false
}
