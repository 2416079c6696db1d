//! `graph_progress`: how far a run is, as C reads it.

use std::mem::offset_of;

use crate::outcome::Error;
use crate::run::Progress;

use super::versioned;

/// How far a run is, at one moment. Set struct_size to sizeof(graph_progress) before graph_run_progress() fills the
/// rest. Every user that was added is counted in exactly one of duplicates, excluded, accepted_before, accepted,
/// failed, planned, waiting and in_flight. With verification those of accepted and accepted_before are besides in one
/// of verified, unverified and verifying, unless the journal calls them verified. The structure grows by appending.
#[cfg_attr(feature = "ffi-check", safer_ffi::derive_ReprC, safer_ffi::ffi_export)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct graph_progress {
    /// sizeof(graph_progress) of your header.
    pub struct_size: usize,
    /// Number of users added.
    pub added: u64,
    /// Number of added users that were duplicates (same key or object id).
    pub duplicates: u64,
    /// Number of users left out as excluded.
    pub excluded: u64,
    /// Number of users accepted in an earlier part of the run, according to the journal.
    pub accepted_before: u64,
    /// Number of users the service accepted, verified or not.
    pub accepted: u64,
    /// Number of users in accepted and accepted_before that were verified.
    pub verified: u64,
    /// Number of users that failed: the service did not accept them.
    pub failed: u64,
    /// Number of users that a dry run found.
    pub planned: u64,
    /// Number of users waiting to be sent, or to be sent again.
    pub waiting: u64,
    /// Number of those that were never attempted.
    pub never_attempted: u64,
    /// Number of users in flight. After the end: those in flight when the run ended.
    pub in_flight: u64,
    /// Number of users in accepted and accepted_before that wait to be verified.
    pub verifying: u64,
    /// Number of times a user was sent, retries included.
    pub attempts: u64,
    /// Number of refusals because a quota was exceeded.
    pub throttled: u64,
    /// Users per second, over the last seconds.
    pub rate: f64,
    /// Users per second that the known quota allows in the long run; INFINITY without pacing.
    pub pace: f64,
    /// Time for which nothing is sent, in milliseconds: because the service asked for it or, if unanswered is not 0,
    /// because it does not answer.
    pub pause_ms: u64,
    /// Estimated time for the waiting users, by what is known of the quota, in milliseconds.
    pub time_left_ms: u64,
    /// Number of users that may be added now without memory growing: for programs that stream a long list.
    pub wanted: u32,
    /// Number of consecutive requests without a response.
    pub unanswered: u32,
    /// Number of users in accepted and accepted_before whose sign-out could not be verified.
    pub unverified: u64,
}

/// The size of the structure in the first header: it never shrinks below.
const SMALLEST: usize = offset_of!(graph_progress, unanswered) + size_of::<u32>();

/// # Safety
///
/// `place` points to a structure of as many bytes as its struct_size says, valid for writing.
pub(super) unsafe fn fill(place: *mut graph_progress, progress: &Progress) -> Result<(), Error> {
    let milliseconds =
        |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let filled = graph_progress {
        struct_size: size_of::<graph_progress>(),
        added: progress.added,
        duplicates: progress.duplicates,
        excluded: progress.excluded,
        accepted_before: progress.accepted_before,
        accepted: progress.accepted,
        verified: progress.verified,
        failed: progress.failed,
        planned: progress.planned,
        waiting: progress.waiting,
        never_attempted: progress.never_attempted,
        in_flight: progress.in_flight,
        verifying: progress.verifying,
        attempts: progress.attempts,
        throttled: progress.throttled,
        rate: progress.rate,
        pace: progress.pace,
        pause_ms: milliseconds(progress.pause),
        time_left_ms: milliseconds(progress.time_left),
        wanted: progress.wanted,
        unanswered: progress.unanswered,
        unverified: progress.unverified,
    };
    // SAFETY: the contract of this function.
    unsafe { versioned::fill("graph_progress", place, filled, SMALLEST) }
}
