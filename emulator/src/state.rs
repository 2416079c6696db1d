//! What the tenant remembers: cut-offs, grants, armed faults, and what it was asked.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

use crate::accepted::AcceptedLines;
use crate::directory::Directory;
use crate::fault::{Armed, Fault, FaultKind, Place};
use crate::page::Pages;
use crate::pending::{Answer, Pending};
use crate::proxy_request::ProxyRequest;
use crate::quota::{Quota, QuotaRequest};
use crate::transcript::Transcript;

/// Everything since the start or the last reset, counted.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// The requests, a batch counted once.
    #[serde(rename = "count")]
    pub requests: u64,
    /// The batches among them.
    pub batches: u64,
    /// The items of those batches.
    pub items: u64,
    /// How often the action took effect.
    pub accepted: u64,
    /// For how many users it did.
    pub users: u64,
    /// How many requests and items a quota refused.
    pub throttled: u64,
    /// How many tunnels were dug through the proxy; they are no requests.
    pub tunnels: u64,
    /// How many it refused to dig.
    pub tunnels_refused: u64,
}

/// A sign-in that was granted.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) user: usize,
    pub(crate) app: String,
    pub(crate) scopes: String,
    pub(crate) audience: Option<String>,
    pub(crate) issued: Timestamp,
    /// Orders grants and cut-offs that fall into the same second.
    pub(crate) sequence: u64,
}

/// From when on a user's sessions are valid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CutOff {
    pub(crate) time: Timestamp,
    pub(crate) sequence: u64,
    /// Until then reads still show `before`.
    shown_from: Instant,
    before: Timestamp,
    /// How often the action took effect.
    accepted: u64,
}

pub(crate) struct State {
    pub(crate) directory: Arc<Directory>,
    pub(crate) latency: Duration,
    pub(crate) cut_offs: HashMap<usize, CutOff>,
    pub(crate) grants: HashMap<String, Grant>,
    /// By device code.
    pub(crate) pending: HashMap<String, Pending>,
    /// What becomes of the next device code.
    pub(crate) next_approval: Option<Answer>,
    /// How long tokens live, in seconds, where that was set.
    pub(crate) lifetime: Option<i64>,
    faults: VecDeque<Armed>,
    pub(crate) writes: Option<Quota>,
    pub(crate) reads: Option<Quota>,
    pub(crate) proxy: ProxyRequest,
    pub(crate) pages: Pages,
    /// Users whom the index does not know yet.
    pub(crate) unindexed: HashSet<usize>,
    pub(crate) totals: Totals,
    pub(crate) transcript: Transcript,
    born: Timestamp,
    sequence: u64,
    /// Tokens issued up to here have expired, whatever they say.
    expired: u64,
}

impl State {
    pub(crate) fn new(directory: Arc<Directory>, latency: Duration) -> State {
        State {
            directory,
            latency,
            cut_offs: HashMap::new(),
            grants: HashMap::new(),
            pending: HashMap::new(),
            next_approval: None,
            lifetime: None,
            faults: VecDeque::new(),
            writes: None,
            reads: None,
            proxy: ProxyRequest::default(),
            pages: Pages::default(),
            unindexed: HashSet::new(),
            totals: Totals::default(),
            transcript: Transcript::default(),
            // Nobody's sessions were ever cut off on the day of the test.
            born: Timestamp::now() - jiff::SignedDuration::from_hours(24 * 30),
            sequence: 0,
            expired: 0,
        }
    }

    /// Forgets everything but what it was started with.
    pub(crate) fn reset(&mut self) {
        let sequence = self.sequence;
        *self = State::new(Arc::clone(&self.directory), self.latency);
        // Goes on, so that tokens issued before stay older than those to come.
        self.sequence = sequence;
    }

    pub(crate) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Makes every token issued so far an expired one.
    pub(crate) fn expire_tokens(&mut self) {
        self.expired = self.sequence;
    }

    pub(crate) fn is_expired(&self, token_sequence: u64) -> bool {
        token_sequence <= self.expired
    }

    pub(crate) fn set_quota(&mut self, request: &QuotaRequest) {
        let quota = Some(Quota::new(request));
        if request.reads {
            self.reads = quota;
        } else {
            self.writes = quota;
        }
    }

    /// Moves the user's cut-off to now.
    pub(crate) fn invalidate(&mut self, user: usize, lag: Duration) {
        let before = self.cut_off_shown(user);
        let earlier = self
            .cut_offs
            .get(&user)
            .map_or(0, |cut_off| cut_off.accepted);
        self.totals.accepted += 1;
        self.totals.users += u64::from(earlier == 0);
        let cut_off = CutOff {
            time: Timestamp::now(),
            sequence: self.next_sequence(),
            shown_from: Instant::now() + lag,
            before,
            accepted: earlier + 1,
        };
        self.cut_offs.insert(user, cut_off);
    }

    /// The cut-off that a read shows.
    pub(crate) fn cut_off_shown(&self, user: usize) -> Timestamp {
        match self.cut_offs.get(&user) {
            Some(cut_off) if cut_off.shown_from <= Instant::now() => cut_off.time,
            Some(cut_off) => cut_off.before,
            None => self.born,
        }
    }

    /// How often the action took effect for the user.
    pub(crate) fn accepted(&self, user: usize) -> u64 {
        self.cut_offs
            .get(&user)
            .map_or(0, |cut_off| cut_off.accepted)
    }

    /// The same for one user, or for everybody who was accepted at all.
    pub(crate) fn accepted_lines(&self, user: Option<usize>) -> AcceptedLines {
        let counts = match user {
            Some(user) => vec![(user, self.accepted(user))],
            None => {
                let cut_offs = self.cut_offs.iter();
                cut_offs
                    .map(|(user, cut_off)| (*user, cut_off.accepted))
                    .collect()
            }
        };
        AcceptedLines::new(Arc::clone(&self.directory), counts)
    }

    pub(crate) fn arm(&mut self, fault: Fault) -> Result<(), String> {
        let user = match fault.user.as_deref() {
            None => None,
            Some(key) => {
                let found = self.directory.find(key);
                Some(found.ok_or_else(|| format!("The tenant has no user {key:?}."))?)
            }
        };
        if fault.times > 0 {
            self.faults.push_back(Armed { fault, user });
        }
        Ok(())
    }

    pub(crate) fn disarm(&mut self) {
        self.faults.clear();
    }

    /// The next fault that strikes this request, if one is armed for it.
    pub(crate) fn take_fault(
        &mut self,
        place: Place,
        path: &str,
        user: Option<usize>,
    ) -> Option<FaultKind> {
        let mut index = 0;
        loop {
            let armed = self.faults.get_mut(index)?;
            if armed.is_for(place, path, user) {
                if armed.fault.after == 0 {
                    break;
                }
                armed.fault.after -= 1;
            }
            index += 1;
        }
        let armed = self.faults.get_mut(index)?;
        armed.fault.times -= 1;
        let kind = armed.fault.kind.clone();
        if armed.fault.times == 0 {
            self.faults.remove(index);
        }
        Some(kind)
    }
}
