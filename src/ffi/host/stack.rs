//! How much stack the calling thread has left.

/// Whether this thread has so many bytes of stack left. Where the stack is none that the system gave to the thread (a
/// fiber's, or a signal handler's own), nobody knows its end: no.
#[cfg(target_os = "linux")]
pub(crate) fn has_room(bytes: usize) -> bool {
    use std::cell::Cell;

    thread_local! {
        /// The lowest and the highest address of the thread's stack, once known. Has no destructor: it is there to the
        /// last.
        static BOUNDS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    }
    let here = 0_u8;
    let here = (&raw const here).addr();
    let (lowest, highest) = BOUNDS.with(|bounds| {
        if bounds.get().1 == 0 {
            bounds.set(bounds_of_thread());
        }
        bounds.get()
    });
    (lowest..highest).contains(&here) && here - lowest >= bytes
}

#[cfg(target_os = "linux")]
fn bounds_of_thread() -> (usize, usize) {
    // SAFETY: asks for two numbers.
    let is_main = unsafe { libc::syscall(libc::SYS_gettid) == libc::c_long::from(libc::getpid()) };
    if is_main { of_main() } else { of_another() }
}

/// Further down other memory may lie, once the limit was raised or lifted: a fiber's stack, too.
#[cfg(target_os = "linux")]
const MOST_OF_MAIN: usize = 64 << 20;

/// The main thread's stack ends where the kernel put the program's name, and grows down as far as its limit allows.
/// Asking the C library would read a file of the system.
#[cfg(target_os = "linux")]
fn of_main() -> (usize, usize) {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: asks for a number that the kernel gave the process at its start, and for a limit into a place of ours.
    let top = unsafe {
        libc::getrlimit(libc::RLIMIT_STACK, &mut limit);
        libc::getauxval(libc::AT_EXECFN)
    } as usize;
    let size = usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX);
    let size = size.min(MOST_OF_MAIN);
    (top.saturating_sub(size).max(1), top.max(1))
}

#[cfg(target_os = "linux")]
fn of_another() -> (usize, usize) {
    let mut attributes = std::mem::MaybeUninit::uninit();
    let (mut lowest, mut size) = (std::ptr::null_mut(), 0);
    // SAFETY: the calling thread lives; the attributes are read only where they were filled, and are destroyed then.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return (1, 1);
        }
        libc::pthread_attr_getstack(attributes.as_ptr(), &mut lowest, &mut size);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
    }
    let lowest = lowest.addr();
    (lowest, lowest.saturating_add(size).max(1))
}

/// Elsewhere threads have half a megabyte at least, unless the host wants it otherwise.
#[cfg(not(target_os = "linux"))]
pub(crate) const fn has_room(_bytes: usize) -> bool {
    true
}
