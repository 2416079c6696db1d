//! What the tenant remembers: cut-offs, grants, armed faults, and what it was asked.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Instant;

use jiff::Timestamp;
use serde::Serialize;

use crate::fault::{Fault, FaultKind};
use crate::tenant::Tenant;

/// The transcript keeps the newest requests; the counters count all.
const LONGEST_TRANSCRIPT: usize = 10_000;

/// One request, without its secrets.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RequestRecord {
    /// When it was answered.
    pub time: String,
    /// The method.
    pub method: String,
    /// The path as received, still encoded.
    pub path: String,
    /// The HTTP status of the answer; 0 where there was none.
    pub status: u16,
    /// The headers, all but Authorization.
    pub headers: BTreeMap<String, String>,
}

/// A sign-in that was granted.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) user: usize,
    pub(crate) app: String,
    pub(crate) scopes: String,
    pub(crate) issued: Timestamp,
    /// Orders grants and cut-offs that fall into the same second.
    pub(crate) sequence: u64,
}

/// A sign-in by device code that somebody has yet to approve.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) user_code: String,
    pub(crate) app: String,
    pub(crate) scopes: String,
    pub(crate) approved_by: Option<usize>,
}

/// From when on a user's sessions are valid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CutOff {
    pub(crate) time: Timestamp,
    pub(crate) sequence: u64,
    /// Until then reads still show `before`.
    pub(crate) shown_from: Instant,
    pub(crate) before: Timestamp,
}

/// A token bucket for writes.
#[derive(Clone, Debug)]
pub(crate) struct Quota {
    pub(crate) capacity: f64,
    pub(crate) per_second: f64,
    pub(crate) left: f64,
    pub(crate) filled: Instant,
}

pub(crate) struct State {
    pub(crate) tenant: Tenant,
    pub(crate) cut_offs: HashMap<usize, CutOff>,
    pub(crate) grants: HashMap<String, Grant>,
    /// By device code.
    pub(crate) pending: HashMap<String, Pending>,
    pub(crate) faults: VecDeque<Fault>,
    pub(crate) quota: Option<Quota>,
    pub(crate) accepted: BTreeMap<String, u64>,
    pub(crate) count: u64,
    pub(crate) transcript: VecDeque<RequestRecord>,
    born: Timestamp,
    sequence: u64,
}

impl State {
    pub(crate) fn new(tenant: Tenant) -> State {
        State {
            tenant,
            cut_offs: HashMap::new(),
            grants: HashMap::new(),
            pending: HashMap::new(),
            faults: VecDeque::new(),
            quota: None,
            accepted: BTreeMap::new(),
            count: 0,
            transcript: VecDeque::new(),
            // Nobody's sessions were ever cut off on the day of the test.
            born: Timestamp::now() - jiff::SignedDuration::from_hours(24 * 30),
            sequence: 0,
        }
    }

    pub(crate) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Moves the user's cut-off to now.
    pub(crate) fn invalidate(&mut self, user: usize, lag: std::time::Duration) -> String {
        let sequence = self.next_sequence();
        let before = self.cut_off_shown(user);
        let cut_off = CutOff {
            time: Timestamp::now(),
            sequence,
            shown_from: Instant::now() + lag,
            before,
        };
        self.cut_offs.insert(user, cut_off);
        let id = self.tenant.users[user].id.clone();
        *self.accepted.entry(id.clone()).or_default() += 1;
        id
    }

    /// The cut-off that a read shows.
    pub(crate) fn cut_off_shown(&self, user: usize) -> Timestamp {
        match self.cut_offs.get(&user) {
            Some(cut_off) if cut_off.shown_from <= Instant::now() => cut_off.time,
            Some(cut_off) => cut_off.before,
            None => self.born,
        }
    }

    /// The next fault that strikes this request, if one is armed for it.
    pub(crate) fn take_fault(&mut self, path: &str, user: Option<usize>) -> Option<FaultKind> {
        let index = self.faults.iter().position(|fault| {
            let for_user = fault
                .user
                .as_deref()
                .is_none_or(|key| user.is_some() && self.tenant.find(key) == user);
            for_user
                && fault
                    .path_contains
                    .as_deref()
                    .is_none_or(|part| path.contains(part))
        })?;
        let fault = self.faults.get_mut(index)?;
        fault.times = fault.times.saturating_sub(1);
        let kind = fault.kind.clone();
        if fault.times == 0 {
            self.faults.remove(index);
        }
        Some(kind)
    }

    /// The next fault that is armed for exactly such paths, and for no user: for what carries several users.
    pub(crate) fn take_fault_of_path(&mut self, path: &str) -> Option<FaultKind> {
        let armed = self.faults.iter().any(|fault| {
            fault.user.is_none()
                && fault
                    .path_contains
                    .as_deref()
                    .is_some_and(|part| path.contains(part))
        });
        if armed {
            self.take_fault(path, None)
        } else {
            None
        }
    }

    pub(crate) fn record(&mut self, record: RequestRecord) {
        self.count += 1;
        if self.transcript.len() >= LONGEST_TRANSCRIPT {
            self.transcript.pop_front();
        }
        self.transcript.push_back(record);
    }
}

impl Quota {
    pub(crate) fn new(capacity: f64, per_second: f64) -> Quota {
        Quota {
            capacity,
            per_second,
            left: capacity,
            filled: Instant::now(),
        }
    }

    /// Takes one write; otherwise the seconds until there is one.
    pub(crate) fn take(&mut self) -> Result<(), f64> {
        let elapsed = self.filled.elapsed().as_secs_f64();
        self.filled = Instant::now();
        self.left = (self.left + elapsed * self.per_second).min(self.capacity);
        if self.left < 1.0 {
            return Err((1.0 - self.left) / self.per_second.max(0.001));
        }
        self.left -= 1.0;
        Ok(())
    }

    /// How much is used, as the service's header has it.
    pub(crate) fn used(&self) -> f64 {
        1.0 - self.left / self.capacity
    }
}
