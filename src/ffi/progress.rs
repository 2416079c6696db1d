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
    /// How many users were added.
    pub added: u64,
    /// How many of them were there before under the same key, or the same object id.
    pub duplicates: u64,
    /// How many were left out as excluded.
    pub excluded: u64,
    /// How many were accepted in an earlier part of the run, by the journal.
    pub accepted_before: u64,
    /// How many the service accepted, whether they were verified or not.
    pub accepted: u64,
    /// How many of accepted and accepted_before were verified.
    pub verified: u64,
    /// How many failed for good: the service did not accept them.
    pub failed: u64,
    /// How many a dry run found.
    pub planned: u64,
    /// How many wait to be sent, or to be sent again.
    pub waiting: u64,
    /// How many of those were never attempted.
    pub never_attempted: u64,
    /// How many are on the way. After the end: how many were on the way then.
    pub in_flight: u64,
    /// How many of accepted and accepted_before wait to be verified.
    pub verifying: u64,
    /// How many times a user was sent, repeated attempts included.
    pub attempts: u64,
    /// How many times the service refused for its quota.
    pub throttled: u64,
    /// Users a second, over the last seconds.
    pub rate: f64,
    /// Users a second that the pace allows in the long run, by what is known of the quota; INFINITY without pacing.
    pub pace: f64,
    /// How long nothing is sent, in milliseconds: because the service asked for it or, where unanswered is not 0,
    /// because it does not answer.
    pub pause_ms: u64,
    /// How long the users that wait will take, by what is known of the quota, in milliseconds.
    pub time_left_ms: u64,
    /// How many more users may be added without memory growing: for programs that stream a long list.
    pub wanted: u32,
    /// How many requests in a row had no answer.
    pub unanswered: u32,
    /// How many of accepted and accepted_before were looked at in vain: they are signed out by all that is known, but
    /// that is not proved.
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
