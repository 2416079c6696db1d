//! Descriptors: those of the standard streams are the host's even while they are closed, and what the host closed or
//! took over is not ours any more.

#[cfg(unix)]
pub(crate) use posix::{Identity, Witness, are_exhausted, opening};
#[cfg(not(unix))]
pub(crate) use windows::{Identity, Witness, are_exhausted, opening};

#[cfg(unix)]
mod posix {
    use std::io;
    use std::mem::MaybeUninit;
    use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
    use std::os::unix::net::UnixDatagram;
    use std::sync::{Mutex, PoisonError};

    use libc::c_int;

    use crate::transport::PerProcess;

    const STANDARD_STREAMS: [RawFd; 3] = [0, 1, 2];

    /// What keeps closed standard streams' numbers from being given to what is opened: descriptors through which
    /// nothing can be read or written, so that the host sees its stream as closed as it is.
    #[derive(Default)]
    struct Plugs {
        /// How many threads are opening something.
        users: usize,
        plugged: Vec<RawFd>,
    }

    static PLUGS: PerProcess<Mutex<Plugs>> = PerProcess::new();

    /// Opens something, whatever it is, at descriptors above 2.
    pub(crate) fn opening<T>(open: impl FnOnce() -> T) -> T {
        let _held = Held::new();
        open()
    }

    /// Keeps the plugs in while something is opened; nothing to do where the standard streams are open.
    struct Held(bool);

    impl Held {
        fn new() -> Held {
            Held(with_plugs(|plugs| {
                if plugs.users == 0 {
                    plugs.plugged.extend(plug_what_is_closed());
                    if plugs.plugged.is_empty() {
                        return false;
                    }
                }
                plugs.users += 1;
                true
            }))
        }
    }

    impl Drop for Held {
        fn drop(&mut self) {
            if self.0 {
                with_plugs(|plugs| {
                    plugs.users -= 1;
                    if plugs.users == 0 {
                        plugs.plugged.drain(..).for_each(pull);
                    }
                });
            }
        }
    }

    fn with_plugs<T>(work: impl FnOnce(&mut Plugs) -> T) -> T {
        let plugs = PLUGS.get_or_init(Mutex::default);
        work(&mut plugs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn plug_what_is_closed() -> Vec<RawFd> {
        let mut plugged = Vec::new();
        while STANDARD_STREAMS.iter().any(|number| !is_open(*number)) {
            match plug() {
                Some(number) if STANDARD_STREAMS.contains(&number) => plugged.push(number),
                // Others were quicker, or there are no more descriptors: then nothing else is opened either.
                Some(number) => {
                    pull(number);
                    break;
                }
                None => break,
            }
        }
        plugged
    }

    fn is_open(number: RawFd) -> bool {
        // SAFETY: asks about a number, whatever it is.
        unsafe { libc::fcntl(number, libc::F_GETFD) != -1 }
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    const PLUG: (&std::ffi::CStr, c_int) = (c"/", libc::O_PATH | libc::O_CLOEXEC);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const PLUG: (&std::ffi::CStr, c_int) = (c"/dev/null", libc::O_RDONLY | libc::O_CLOEXEC);

    fn plug() -> Option<RawFd> {
        // SAFETY: a NUL-terminated path.
        let number = unsafe { libc::open(PLUG.0.as_ptr(), PLUG.1) };
        (number >= 0).then_some(number)
    }

    /// Closes a plug, unless the host has put something else in its place.
    fn pull(number: RawFd) {
        // SAFETY: asks about a number; what is closed is what `plug` opened.
        unsafe {
            #[cfg(any(target_os = "linux", target_os = "android"))]
            if libc::fcntl(number, libc::F_GETFL) & libc::O_PATH == 0 {
                return;
            }
            libc::close(number);
        }
    }

    /// Whether the process, or the machine, has no descriptor left.
    pub(crate) fn are_exhausted() -> bool {
        match plug() {
            Some(number) => {
                pull(number);
                false
            }
            None => is_shortage(&io::Error::last_os_error()),
        }
    }

    fn is_shortage(error: &io::Error) -> bool {
        matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
    }

    /// What a descriptor stands for, to recognise it again.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Identity(RawFd, libc::dev_t, libc::ino_t);

    impl Identity {
        pub(crate) fn of(file: &impl AsRawFd) -> Option<Identity> {
            Identity::of_number(file.as_raw_fd())
        }

        fn of_number(number: RawFd) -> Option<Identity> {
            let mut told = MaybeUninit::<libc::stat>::uninit();
            // SAFETY: asks about a number, into a place that is read only where it was filled.
            unsafe {
                (libc::fstat(number, told.as_mut_ptr()) == 0).then(|| {
                    let told = told.assume_init();
                    Identity(number, told.st_dev, told.st_ino)
                })
            }
        }

        /// Whether the descriptor still stands for the same.
        pub(crate) fn is_unchanged(self) -> bool {
            Identity::of_number(self.0) == Some(self)
        }

        /// Closes the descriptor where it still stands for the same: in a child of fork(), where nobody else can.
        pub(in crate::ffi::host) fn close(self) {
            if self.is_unchanged() {
                // SAFETY: it is ours, by the line above, and nobody uses it in this process.
                unsafe { libc::close(self.0) };
            }
        }
    }

    /// A descriptor that does nothing: once it is closed or stands for something else, the host has closed what it did
    /// not open.
    pub(crate) struct Witness {
        socket: Option<OwnedFd>,
        identity: Identity,
    }

    impl Witness {
        pub(crate) fn new() -> io::Result<Witness> {
            let socket = OwnedFd::from(UnixDatagram::unbound()?);
            let identity = Identity::of(&socket).ok_or_else(io::Error::last_os_error)?;
            Ok(Witness {
                socket: Some(socket),
                identity,
            })
        }

        pub(crate) fn is_there(&self) -> bool {
            self.identity.is_unchanged()
        }
    }

    impl Drop for Witness {
        fn drop(&mut self) {
            if let Some(socket) = self.socket.take().filter(|_| !self.is_there()) {
                // The number is somebody else's, or nobody's.
                let _ = socket.into_raw_fd();
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_descriptor_is_recognised_and_its_successor_is_not() {
            let one = UnixDatagram::unbound().ok();
            let identity = one.as_ref().and_then(Identity::of);
            assert!(identity.is_some_and(Identity::is_unchanged));
            drop(one);
            let _other = UnixDatagram::unbound();
            assert!(!identity.is_some_and(Identity::is_unchanged));
        }
    }
}

#[cfg(not(unix))]
mod windows {
    pub(crate) fn opening<T>(open: impl FnOnce() -> T) -> T {
        open()
    }

    pub(crate) const fn are_exhausted() -> bool {
        false
    }

    /// Handles are not numbered anew, and nobody closes what he did not open.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Identity;

    impl Identity {
        pub(crate) fn of<T>(_file: &T) -> Option<Identity> {
            Some(Identity)
        }

        pub(crate) const fn is_unchanged(self) -> bool {
            true
        }
    }

    pub(crate) struct Witness;

    impl Witness {
        pub(crate) fn new() -> std::io::Result<Witness> {
            Ok(Witness)
        }

        pub(crate) const fn is_there(&self) -> bool {
            true
        }
    }
}
