//! `pthread_cancel()`: it unwinds a thread from wherever it waits, and would end the process where that is in Rust.

/// While it lives, the thread is not cancelled: that waits until the call is over.
pub(crate) struct Uncancelled {
    #[cfg(all(unix, not(target_os = "android")))]
    before: libc::c_int,
}

#[cfg(all(unix, not(target_os = "android")))]
mod posix {
    use libc::c_int;

    #[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
    pub(super) const DISABLE: c_int = if cfg!(target_os = "freebsd") { 1 } else { 0 };
    #[cfg(not(any(target_vendor = "apple", target_os = "freebsd")))]
    pub(super) const DISABLE: c_int = 1;

    unsafe extern "C" {
        pub(super) fn pthread_setcancelstate(state: c_int, before: *mut c_int) -> c_int;
    }
}

#[cfg(all(unix, not(target_os = "android")))]
impl Uncancelled {
    pub(crate) fn new() -> Uncancelled {
        let mut before = 0;
        // SAFETY: a state that exists, and a place for the old one.
        unsafe { posix::pthread_setcancelstate(posix::DISABLE, &mut before) };
        Uncancelled { before }
    }
}

#[cfg(all(unix, not(target_os = "android")))]
impl Drop for Uncancelled {
    fn drop(&mut self) {
        let mut ours = 0;
        // SAFETY: the state that was there. A cancellation that came meanwhile takes effect where the host waits next.
        unsafe { posix::pthread_setcancelstate(self.before, &mut ours) };
    }
}

#[cfg(not(all(unix, not(target_os = "android"))))]
impl Uncancelled {
    pub(crate) fn new() -> Uncancelled {
        Uncancelled {}
    }
}
