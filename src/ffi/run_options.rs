//! `graph_run_options`: how C sets up a run.

use libc::c_char;
use std::mem::offset_of;
use std::time::Duration;

use crate::outcome::Error;
use crate::run::{Rate, RunMode, RunOptions};
use crate::status::Status;
use crate::token::AccessToken;

use super::strings::{counted_list, list, optional, path};
use super::versioned;

/// How a run is set up. Zero everything, set struct_size to sizeof(graph_run_options), then set what you need: zero
/// means the default. The library copies what it needs. The structure grows by appending.
#[cfg_attr(feature = "ffi-check", safer_ffi::derive_ReprC, safer_ffi::ffi_export)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct graph_run_options {
    /// sizeof(graph_run_options) of your header.
    pub struct_size: usize,
    /// The journal file: the record of the run, from which it can be resumed. NULL: none.
    #[cfg_attr(any(), binding(kind = "path"))]
    pub journal: *const c_char,
    /// Users that are never signed out, by object id or user principal name: break-glass accounts. Each is looked up
    /// before anything is sent, so that it is recognised under its other name as well. NULL with exclude_len 0: none.
    pub exclude: *const *const c_char,
    /// The number of exclusions.
    pub exclude_len: usize,
    /// Value of the x-ms-throttle-priority header, "low", "normal" or "high": Graph drops low-priority requests first.
    /// NULL: the header is not sent.
    pub throttle_priority: *const c_char,
    /// Users per second, with a burst of one second; 0: the service's published quota (3,000 at once, then 20 per
    /// second); INFINITY: no pacing. Waits that the service asks for are always obeyed.
    pub rate: f64,
    /// 1: continues where the journal ends; users accepted there are not sent again. 0: a journal that is not empty is
    /// refused.
    pub resume: u32,
    /// 1: reads the cut-off back after acceptance; each outcome is then verified or says why not.
    pub verify: u32,
    /// 1: lists every user and what is known about them; sends no write request.
    pub dry_run: u32,
    /// 1: takes the accepted users from the journal, not from graph_run_add(), and verifies them again.
    pub verify_journal: u32,
    /// 1: continues if an exclusion cannot be looked up; it then protects only the exact key given, not the account's
    /// other names.
    pub allow_unresolved_exclusions: u32,
    /// Users per request: 1 (no batching) to 20. 0: 20.
    pub batch_size: u32,
    /// Maximum number of concurrent requests: 1 to 256. 0: 16.
    pub concurrency: u32,
    /// Maximum time to verify one user, in milliseconds. 0: 120,000.
    pub wait_ms: u32,
    /// Maximum time for the whole run, in milliseconds. 0: no limit.
    pub deadline_ms: u32,
    /// Must be 0.
    pub flags: u32,
    /// The access token of this run alone, without or with "Bearer " in front: the run then uses neither the client's
    /// token nor its credential; graph_run_set_token() replaces it. NULL: the client's.
    #[cfg_attr(any(), binding(kind = "secret"))]
    pub token: *const c_char,
    /// Maximum age of the run in a resumed journal, in milliseconds. 0: 86,400,000, a day. An older one is refused with
    /// GRAPH_STATUS_JOURNAL_TOO_OLD, since users signed out then may have been compromised again.
    pub resume_within_ms: u64,
    /// Maximum number of users that were sent and whose outcome has not been read. Users waiting to be verified count
    /// as well: with 1, nobody is sent before the last outcome was read. 0: as many as fit into the concurrent
    /// requests, plus one batch (340 with the other defaults), not counting users waiting to be verified.
    pub ahead: u32,
    /// 1: graph_run_next() returns GRAPH_STATUS_RUN_USERS_WANTED if it has no outcome to return and the run accepts
    /// more users. 0: it never does.
    #[cfg_attr(any(), binding(kind = "protocol"))]
    pub tell_users_wanted: u32,
    /// Maximum number of failed users: when it is reached, the run ends with the status of the last failure. Users
    /// already sent may still add to it. 0: no limit.
    pub max_failures: u32,
    /// Groups whose users are signed out, by object id, or by a display name or address that exactly one group has.
    /// Users in nested groups count. All users that the options select are listed first, completely, and are on record
    /// before anybody is signed out; each goes once, by object id, after the users that were added. A resumed run goes
    /// on with those on record. NULL with group_len 0: none.
    pub group: *const *const c_char,
    /// The number of groups.
    pub group_len: usize,
    /// Groups whose users are never signed out, through all levels: found and listed before anything is sent. One
    /// without users is refused. NULL with exclude_group_len 0: none.
    pub exclude_group: *const *const c_char,
    /// The number of excluded groups.
    pub exclude_group_len: usize,
    /// Signs out the users for whom this $filter of Microsoft Graph holds, such as "accountEnabled eq false". NULL:
    /// none.
    pub filter: *const c_char,
    /// 1: signs out everyone in the directory.
    pub everyone: u32,
    /// 1: guests who were selected are signed out, too. 0: they are passed over, since their home tenant signs them in.
    pub guests: u32,
    /// 1: a group without users, or a selection of nobody, is no failure. 0: nothing is sent then, and the run ends
    /// with GRAPH_STATUS_SELECTION_EMPTY.
    pub allow_empty: u32,
    /// 1: only names the selected users: each outcome is GRAPH_STATUS_SELECTED, and no write request is sent.
    pub who: u32,
}

const NAME: &str = "graph_run_options";

/// The size of the structure in the first header: it never shrinks below.
const SMALLEST: usize = offset_of!(graph_run_options, flags) + size_of::<u32>();

/// # Safety
///
/// `options` is NULL, or points to a structure of as many bytes as its struct_size says, whose pointers are NULL or
/// valid for reading as the header says.
pub(super) unsafe fn read(options: *const graph_run_options) -> Result<RunOptions, Error> {
    if options.is_null() {
        return Ok(RunOptions::default());
    }
    // SAFETY: not NULL; the contract of this function, which is that of the structure's copy as well.
    unsafe { read_copy(versioned::copy(NAME, options, SMALLEST)?) }
}

/// The same, with exclusions of these lengths.
///
/// # Safety
///
/// As for [`read`], where `exclude` is NULL or points to as many keys, each of so many readable bytes, and
/// `exclude_lengths` to as many lengths, or is NULL.
pub(super) unsafe fn read_counted(
    options: *const graph_run_options,
    exclude_lengths: *const usize,
) -> Result<RunOptions, Error> {
    if options.is_null() {
        return Ok(RunOptions::default());
    }
    // SAFETY: not NULL; the contract of this function.
    let raw = unsafe { versioned::copy(NAME, options, SMALLEST) }?;
    let others = graph_run_options {
        exclude: std::ptr::null(),
        exclude_len: 0,
        ..raw
    };
    // SAFETY: the contract of this function.
    let (mut read, exclude) = unsafe {
        (
            read_copy(others)?,
            counted_list("exclude", raw.exclude, exclude_lengths, raw.exclude_len)?,
        )
    };
    read.exclude = exclude;
    Ok(read)
}

/// # Safety
///
/// The pointers of the structure are NULL or valid for reading as the header says.
unsafe fn read_copy(raw: graph_run_options) -> Result<RunOptions, Error> {
    let mut read = RunOptions::default();
    versioned::no_flags(NAME, raw.flags)?;
    // SAFETY: the strings of the structure are NULL or NUL-terminated, by the contract of this function.
    unsafe {
        read.journal = path("journal", raw.journal)?;
        read.token = optional("token", raw.token)?
            .map(AccessToken::new)
            .transpose()?;
        read.throttle_priority =
            optional("throttle_priority", raw.throttle_priority)?.map(str::to_owned);
        let exclude = list("exclude", raw.exclude, raw.exclude_len)?;
        read.exclude = exclude.into_iter().map(str::to_owned).collect();
    }
    // SAFETY: as above.
    unsafe {
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
        read.select.group = owned(list("group", raw.group, raw.group_len)?);
        let exclude_group = list("exclude_group", raw.exclude_group, raw.exclude_group_len)?;
        read.select.exclude_group = owned(exclude_group);
        read.select.filter = optional("filter", raw.filter)?.map(str::to_owned);
    }
    read.select.everyone = versioned::switch("everyone", raw.everyone)?;
    read.select.guests = versioned::switch("guests", raw.guests)?;
    read.select.allow_empty = versioned::switch("allow_empty", raw.allow_empty)?;
    read.rate = match raw.rate {
        f64::INFINITY => Rate::Unlimited,
        rate => Rate::PerSecond(rate),
    };
    read.mode = match (
        versioned::switch("dry_run", raw.dry_run)?,
        versioned::switch("verify_journal", raw.verify_journal)?,
    ) {
        (false, false) => RunMode::Invalidate,
        (true, false) => RunMode::DryRun,
        (false, true) => RunMode::VerifyJournal,
        (true, true) => {
            return Err(Error::new(
                Status::InvalidOption,
                "The option dry_run and the option verify_journal cannot be combined.",
            )
            .hint("Set one of them."));
        }
    };
    if versioned::switch("who", raw.who)? {
        if read.mode != RunMode::Invalidate {
            return Err(Error::new(
                Status::InvalidOption,
                "The option who excludes the options dry_run and verify_journal.",
            )
            .hint("Set one of them."));
        }
        read.mode = RunMode::Select;
    }
    read.resume = versioned::switch("resume", raw.resume)?;
    read.verify = versioned::switch("verify", raw.verify)?;
    read.allow_unresolved_exclusions = versioned::switch(
        "allow_unresolved_exclusions",
        raw.allow_unresolved_exclusions,
    )?;
    // Zero means the default in the core, too.
    read.batch_size = Some(raw.batch_size);
    read.concurrency = Some(raw.concurrency);
    read.wait = Some(Duration::from_millis(raw.wait_ms.into()));
    read.deadline = Some(Duration::from_millis(raw.deadline_ms.into()));
    read.resume_within = Some(Duration::from_millis(raw.resume_within_ms));
    read.ahead = Some(raw.ahead);
    read.max_failures = Some(raw.max_failures);
    read.tell_users_wanted = versioned::switch("tell_users_wanted", raw.tell_users_wanted)?;
    Ok(read)
}
