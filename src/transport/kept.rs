//! A client's transport while it is used, and for a while after that: a client at rest holds nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use once_cell::sync::OnceCell;
use tokio::runtime::Builder;

use crate::ffi::descriptors;
use crate::outcome::Error;
use crate::threads;

use super::{PerProcess, Transport, TransportOptions};

/// How long a few connections are kept for the next call: below the idle time after which load balancers drop them in
/// silence.
const REST: Duration = Duration::from_secs(45);

/// How long the many connections of a burst are kept for the next one.
const REST_AFTER_BURST: Duration = Duration::from_secs(2);

/// More calls at once than this are a burst.
pub(super) const FEW: usize = 4;

/// A shortage passes unnoticed, and so does a burst that begins while its end is computed: nobody sleeps for longer.
const LONGEST_SLEEP: Duration = REST;

/// How many unused connections may be kept, however many calls there were at once: most of the host's descriptors stay
/// free.
fn most_idle() -> usize {
    (descriptors::most() / 8).clamp(FEW, 64)
}

/// Makes the transport when it is needed, and again after a rest.
pub(crate) struct Kept {
    places: PerProcess<Arc<Place>>,
}

/// Where this process's transport is, if there is one.
struct Place {
    transport: ArcSwapOption<Transport>,
    /// Outlives transports: with the authorities that were read, and what makes the next handshakes short.
    tls: OnceCell<rustls::ClientConfig>,
    /// Made with the client, since making it reads a variable of the environment.
    runtimes: Mutex<Builder>,
    is_watched: AtomicBool,
}

impl Kept {
    pub(crate) fn new() -> Kept {
        let kept = Kept {
            places: PerProcess::new(),
        };
        kept.place();
        kept
    }

    fn place(&self) -> &Arc<Place> {
        self.places.get_or_init(|| {
            Arc::new(Place {
                transport: ArcSwapOption::empty(),
                tls: OnceCell::new(),
                runtimes: Mutex::new(Builder::new_current_thread()),
                is_watched: AtomicBool::new(false),
            })
        })
    }

    /// A transport of its own, for a run that has so many requests at once.
    pub(crate) fn another(
        &self,
        options: &TransportOptions,
        most_idle: usize,
    ) -> Result<Transport, Error> {
        self.place().make(options, most_idle)
    }

    /// A transport that a queue drives.
    pub(crate) fn of_queue(&self, options: &TransportOptions) -> Result<Transport, Error> {
        let tls = self.place().tls(options)?;
        Ok(Transport::of_queue(options, tls))
    }

    /// This process's transport, for one call.
    pub(crate) fn get(&self, options: &TransportOptions) -> Result<Arc<Transport>, Error> {
        let place = self.place();
        let present = place.transport.load_full();
        if let Some(present) = present.as_ref().filter(|present| present.is_sound()) {
            return Ok(Arc::clone(present));
        }
        let made = Arc::new(place.make(options, most_idle())?);
        let before = place
            .transport
            .compare_and_swap(&present, Some(Arc::clone(&made)));
        let quicker = before.as_ref().filter(|before| before.is_sound());
        let transport = quicker.map_or(made, Arc::clone);
        watch(place);
        Ok(transport)
    }
}

impl Place {
    fn make(&self, options: &TransportOptions, most_idle: usize) -> Result<Transport, Error> {
        let tls = self.tls(options)?;
        let mut runtimes = self.runtimes.lock().unwrap_or_else(PoisonError::into_inner);
        Transport::new(options, tls, &mut runtimes, most_idle)
    }

    fn tls(&self, options: &TransportOptions) -> Result<rustls::ClientConfig, Error> {
        let tls = self.tls.get_or_try_init(|| Transport::tls(options))?;
        Ok(tls.clone())
    }

    /// Lets the transport go where it has rested long enough; otherwise says when that will be.
    fn rest(&self, now: Instant) -> Option<Instant> {
        let present = self.transport.load_full()?;
        let end = present.unused_since()
            + match present.had_burst_of(FEW) {
                true => REST_AFTER_BURST,
                false => REST,
            };
        // One is this place's, the other this function's.
        if now < end || Arc::strong_count(&present) > 2 {
            return Some(end.max(now + REST_AFTER_BURST));
        }
        self.transport.compare_and_swap(&Some(present), None);
        None
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_watched.load(Ordering::Acquire) {
            look_again();
        }
    }
}

/// The one thread that lets go of what nobody uses, for all clients. It is there while there are connections.
#[derive(Default)]
struct Watch {
    places: Mutex<Places>,
    changed: Condvar,
}

#[derive(Default)]
struct Places {
    watched: Vec<Weak<Place>>,
    has_thread: bool,
    changed: bool,
}

static WATCH: PerProcess<Watch> = PerProcess::new();

fn watch(place: &Arc<Place>) {
    let watch = WATCH.get_or_init(Watch::default);
    let mut places = watch.places.lock().unwrap_or_else(PoisonError::into_inner);
    let known = |watched: &Weak<Place>| std::ptr::eq(watched.as_ptr(), Arc::as_ptr(place));
    if !places.watched.iter().any(known) {
        places.watched.push(Arc::downgrade(place));
        place.is_watched.store(true, Ordering::Release);
    }
    places.changed = true;
    watch.changed.notify_one();
    if !places.has_thread {
        // Without the thread a connection stays until the next call: nothing fails.
        let started = threads::spawn("graph-invalidate rest", move || let_rest(watch));
        places.has_thread = started.is_ok();
    }
}

/// Something has changed that may bring a rest forward.
pub(super) fn look_again() {
    let watch = WATCH.get_or_init(Watch::default);
    let mut places = watch.places.lock().unwrap_or_else(PoisonError::into_inner);
    places.changed = true;
    watch.changed.notify_one();
}

fn let_rest(watch: &Watch) {
    let mut places = watch.places.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        places.changed = false;
        places.watched.retain(|place| place.strong_count() > 0);
        let watched = places.watched.clone();
        drop(places);
        // Not under the lock: what is let go of may be much.
        let now = Instant::now();
        let next = |place: Arc<Place>| place.rest(now);
        let ends: Vec<Option<Instant>> = watched
            .iter()
            .map(|place| place.upgrade().and_then(next))
            .collect();
        places = watch.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.changed {
            continue;
        }
        let Some(end) = ends.iter().flatten().min() else {
            places.watched.clear();
            places.has_thread = false;
            return;
        };
        let sleep = end.saturating_duration_since(now).min(LONGEST_SLEEP);
        let waited = watch
            .changed
            .wait_timeout_while(places, sleep, |places| !places.changed);
        places = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
}
