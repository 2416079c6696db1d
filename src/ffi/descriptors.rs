//! How many descriptors the operating system lets this process have.

/// The soft limit. Where there is none, or it is not known, as many as anybody needs.
#[cfg(unix)]
pub(crate) fn most() -> usize {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: a structure of the right type, which the function fills.
    let asked = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) };
    match asked {
        0 => usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX),
        _ => usize::MAX,
    }
}

/// There is no such limit.
#[cfg(not(unix))]
pub(crate) fn most() -> usize {
    usize::MAX
}
