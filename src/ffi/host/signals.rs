//! Signals: none of ours reaches the host, and none of the host's is taken by a thread of ours.

#[cfg(unix)]
use std::mem::MaybeUninit;

/// While it lives, no signal reaches this thread; a thread that is made meanwhile has them all blocked for its whole
/// life. Those by which the machine reports a fault in this very thread stay: a host that reports crashes wants to hear
/// of them.
pub(crate) struct AllHeld {
    #[cfg(unix)]
    before: libc::sigset_t,
}

#[cfg(unix)]
impl AllHeld {
    pub(crate) fn new() -> AllHeld {
        let mut all = MaybeUninit::uninit();
        // SAFETY: sigfillset fills the set it is given, and sigdelset takes from it what is no fault of its own.
        let all = unsafe {
            libc::sigfillset(all.as_mut_ptr());
            for fault in [
                libc::SIGSEGV,
                libc::SIGBUS,
                libc::SIGFPE,
                libc::SIGILL,
                libc::SIGTRAP,
                libc::SIGABRT,
            ] {
                libc::sigdelset(all.as_mut_ptr(), fault);
            }
            all.assume_init()
        };
        AllHeld {
            before: block(&all),
        }
    }
}

#[cfg(unix)]
impl Drop for AllHeld {
    fn drop(&mut self) {
        restore(&self.before);
    }
}

/// While it lives, a write to a connection that is gone is an error of that write and no signal: vectored writes cannot
/// say so themselves. The thread's mask, and what was pending before, are the same afterwards.
pub(crate) struct BrokenPipesHeld {
    #[cfg(unix)]
    before: libc::sigset_t,
    /// The host blocked the signal itself, and there was one.
    #[cfg(unix)]
    was_pending: bool,
}

#[cfg(unix)]
impl BrokenPipesHeld {
    pub(crate) fn new() -> BrokenPipesHeld {
        let before = block(&broken_pipe());
        // SAFETY: a set that pthread_sigmask filled.
        let was_blocked = unsafe { libc::sigismember(&before, libc::SIGPIPE) } == 1;
        BrokenPipesHeld {
            was_pending: was_blocked && is_pending(),
            before,
        }
    }
}

#[cfg(unix)]
impl Drop for BrokenPipesHeld {
    fn drop(&mut self) {
        if !self.was_pending && is_pending() {
            take_broken_pipe();
        }
        restore(&self.before);
    }
}

#[cfg(unix)]
fn broken_pipe() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: sigemptyset fills the set it is given.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
        set.assume_init()
    }
}

#[cfg(unix)]
fn block(set: &libc::sigset_t) -> libc::sigset_t {
    let mut before = MaybeUninit::uninit();
    // SAFETY: a set to read, and a place to write; the only error is an unknown first argument.
    unsafe {
        libc::pthread_sigmask(libc::SIG_BLOCK, set, before.as_mut_ptr());
        before.assume_init()
    }
}

#[cfg(unix)]
fn restore(before: &libc::sigset_t) {
    // SAFETY: the set that pthread_sigmask gave.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before, std::ptr::null_mut()) };
}

#[cfg(unix)]
fn is_pending() -> bool {
    let mut pending = MaybeUninit::uninit();
    // SAFETY: sigpending fills the set it is given.
    unsafe {
        libc::sigpending(pending.as_mut_ptr()) == 0
            && libc::sigismember(pending.as_ptr(), libc::SIGPIPE) == 1
    }
}

/// Takes the signal of a write of ours. One that another process sent to the host goes on to the host.
#[cfg(all(unix, not(target_vendor = "apple")))]
fn take_broken_pipe() {
    let at_once = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let mut told = MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: a set, a place for what is told, and a time; what was zeroed is a valid siginfo_t, and its sender is told
    // for a signal that a write or kill() made.
    unsafe {
        if libc::sigtimedwait(&broken_pipe(), told.as_mut_ptr(), &at_once) != libc::SIGPIPE {
            return;
        }
        let told = told.assume_init();
        let own = libc::getpid();
        if told.si_code <= 0 && told.si_pid() != own {
            libc::kill(own, libc::SIGPIPE);
        }
    }
}

#[cfg(target_vendor = "apple")]
fn take_broken_pipe() {
    let mut signal = 0;
    // SAFETY: a set, and a place for the number; it is pending, so that nothing is waited for.
    unsafe { libc::sigwait(&broken_pipe(), &mut signal) };
}

#[cfg(not(unix))]
impl AllHeld {
    pub(crate) fn new() -> AllHeld {
        AllHeld {}
    }
}

#[cfg(not(unix))]
impl BrokenPipesHeld {
    pub(crate) fn new() -> BrokenPipesHeld {
        BrokenPipesHeld {}
    }
}
