//! A value for each process that a handle lives in: threads and sockets do not survive `fork()`.

use once_cell::race::OnceBox;

/// Makes its value anew in every process that asks for it, and never touches that of another.
///
/// A child must neither use nor drop what its parent made: the runtime's threads are gone and the sockets are shared.
/// So a child leaks the parent's value and makes its own. Nothing here locks: a lock held by another thread of the
/// parent at the moment of the fork would stay locked in the child for ever.
pub(crate) struct PerProcess<T> {
    first: OnceBox<Slot<T>>,
}

struct Slot<T> {
    process: u32,
    /// An option only so that dropping can take it out.
    value: Option<T>,
    next: OnceBox<Slot<T>>,
}

impl<T> PerProcess<T> {
    pub(crate) const fn new() -> PerProcess<T> {
        PerProcess {
            first: OnceBox::new(),
        }
    }

    /// This process's value, where nothing can fail.
    pub(crate) fn get_or_init(&self, make: impl Fn() -> T) -> &T {
        let made = self.get_or_try_init(|| Ok::<T, std::convert::Infallible>(make()));
        match made {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// This process's value; where several threads ask first at once, one of their values stays.
    pub(crate) fn get_or_try_init<E>(&self, make: impl Fn() -> Result<T, E>) -> Result<&T, E> {
        let process = std::process::id();
        let mut place = &self.first;
        loop {
            let slot = place.get_or_try_init(|| {
                make().map(|value| {
                    Box::new(Slot {
                        process,
                        value: Some(value),
                        next: OnceBox::new(),
                    })
                })
            })?;
            match &slot.value {
                Some(value) if slot.process == process => return Ok(value),
                _ => place = &slot.next,
            }
        }
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        if self.process != std::process::id() {
            std::mem::forget(self.value.take());
        }
    }
}
