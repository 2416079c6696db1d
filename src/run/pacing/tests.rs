//! The pacing against simulated quotas: nothing here sleeps.

use super::*;
use crate::run::window::Window;

/// A service with a token bucket, as far as pacing can see it.
struct Quota {
    capacity: f64,
    rate: f64,
    level: f64,
    refusals_count: bool,
    generous_wait: Duration,
    filled: f64,
}

impl Quota {
    fn new(capacity: f64, rate: f64) -> Quota {
        Quota {
            capacity,
            rate,
            level: capacity,
            refusals_count: false,
            generous_wait: Duration::ZERO,
            filled: 0.0,
        }
    }

    /// Judges users one by one: how many went through, and the wait asked of the others.
    fn judge(&mut self, users: usize, time: f64) -> (usize, Option<Duration>) {
        self.level = (self.level + (time - self.filled) * self.rate).min(self.capacity);
        self.filled = time;
        let mut through = 0;
        let mut wait = None;
        for _ in 0..users {
            if self.level >= 1.0 {
                self.level -= 1.0;
                through += 1;
            } else {
                if self.refusals_count {
                    self.level -= 1.0;
                }
                let seconds = (1.0 - self.level) / self.rate;
                wait = Some(Duration::from_secs_f64(seconds) + self.generous_wait);
            }
        }
        (through, wait)
    }

    fn bound(&self, users: f64) -> f64 {
        ((users - self.capacity) / self.rate).max(0.0)
    }
}

struct Report {
    seconds: f64,
    tries: usize,
    /// When, in users done, the last refusal came.
    last_refusal_after: usize,
}

/// Sends users through the quota over so many connections with a latency, as the engine does.
fn simulate(mut pacing: Pacing, quota: &mut Quota, users: usize, latency: f64) -> Report {
    let begin = Instant::now();
    let at = |time: f64| begin + Duration::from_secs_f64(time);
    let (mut time, mut done, mut sent, mut tries) = (0.0, 0, 0, 0);
    let mut last_refusal_after = 0;
    let mut window = Window::new(16, Rate::PublishedQuota);
    // When each group is answered, how many users it holds, and when it was sent.
    let mut in_flight: Vec<(f64, usize, f64)> = Vec::new();
    while done < users {
        assert!(time < 100_000.0, "never ends");
        let mut wait_until = f64::INFINITY;
        while in_flight.len() < window.width() && sent + done < users {
            match pacing.allowance((users - sent - done).min(20), at(time)) {
                Allowance::Go(0) => unreachable!("allowed nothing"),
                Allowance::Go(count) => {
                    pacing.spend(count);
                    sent += count;
                    in_flight.push((time + latency, count, time));
                }
                Allowance::Wait(until) => {
                    wait_until = (until - begin).as_secs_f64();
                    break;
                }
            }
        }
        in_flight.sort_by(|a, b| a.0.total_cmp(&b.0));
        let answered = in_flight.first().map_or(f64::INFINITY, |group| group.0);
        if wait_until < answered {
            time = wait_until.max(time + 1e-6);
            continue;
        }
        let (answered, count, sent_at) = in_flight.remove(0);
        time = answered;
        let (through, wait) = quota.judge(count, time);
        tries += count;
        sent -= count;
        done += through;
        pacing.accepted(through, at(sent_at), at(time));
        if count > through {
            pacing.refused(count - through, wait, at(sent_at), at(time));
            last_refusal_after = done;
            window.refused();
        } else {
            window.answered();
        }
    }
    Report {
        seconds: time,
        tries,
        last_refusal_after,
    }
}

fn by_default() -> Pacing {
    Pacing::of_writes(Rate::PublishedQuota)
}

#[test]
fn the_published_quota_is_used_to_the_full_and_never_exceeded() {
    let mut quota = Quota::new(3_000.0, 20.0);
    let report = simulate(by_default(), &mut quota, 5_000, 0.05);
    assert_eq!(report.tries, 5_000);
    let bound = quota.bound(5_000.0);
    assert!(
        report.seconds <= bound * 1.01 + 1.0,
        "{} s of {bound} s",
        report.seconds
    );
}

#[test]
fn a_smaller_quota_is_learned_with_few_refusals_and_little_time() {
    for refusals_count in [false, true] {
        for (capacity, rate) in [
            (10.0, 5.0),
            (100.0, 10.0),
            (250.0, 13.7),
            (20.0, 2.0),
            (500.0, 19.0),
        ] {
            let users = (capacity + rate * 300.0) as usize;
            let mut quota = Quota::new(capacity, rate);
            quota.refusals_count = refusals_count;
            let report = simulate(by_default(), &mut quota, users, 0.05);
            let case = format!("{capacity} + {rate}/s, refusals count: {refusals_count}");
            let mean = report.tries as f64 / users as f64;
            assert!(mean < 1.2, "{case}: {mean} tries a user");
            let cost = if refusals_count {
                report.tries - users
            } else {
                0
            };
            let bound = quota.bound((users + cost) as f64);
            let ratio = report.seconds / bound;
            assert!(
                ratio < 1.03,
                "{case}: {ratio} of the bound, {} tries for {users}",
                report.tries
            );
        }
    }
}

#[test]
fn a_learned_rate_is_not_refused_any_more() {
    for (capacity, rate) in [(100.0, 10.0), (250.0, 13.7), (50.0, 17.0)] {
        let users = (capacity + rate * 1_200.0) as usize;
        let mut quota = Quota::new(capacity, rate);
        let report = simulate(by_default(), &mut quota, users, 0.02);
        // The rate is tried a little faster once a minute: refusals come from that alone, and each is one part.
        let share = (report.tries - users) as f64 / users as f64;
        assert!(share < 0.02, "{capacity} + {rate}/s: {share} refused");
    }
}

#[test]
fn a_rate_that_the_caller_names_is_held() {
    let mut quota = Quota::new(1e9, 1e9);
    let pacing = Pacing::of_writes(Rate::PerSecond(50.0));
    let report = simulate(pacing, &mut quota, 550, 0.01);
    assert!((9.9..10.6).contains(&report.seconds), "{}", report.seconds);
}

#[test]
fn a_fast_caller_learns_a_slower_quota() {
    let mut quota = Quota::new(100.0, 500.0);
    quota.refusals_count = true;
    let pacing = Pacing::of_writes(Rate::PerSecond(5_000.0));
    let report = simulate(pacing, &mut quota, 20_000, 0.005);
    let bound = quota.bound(report.tries as f64);
    assert!(
        report.seconds / bound < 1.02,
        "{} s of {bound} s",
        report.seconds
    );
    assert!(report.tries < 21_000, "{} tries", report.tries);
}

#[test]
fn a_quota_whose_refusals_cost_takes_hardly_more_than_what_they_cost() {
    for latency in [0.001, 0.002, 0.005, 0.02, 0.05] {
        let mut quota = Quota::new(500.0, 100.0);
        quota.refusals_count = true;
        let pacing = Pacing::of_writes(Rate::PerSecond(10_000.0));
        let report = simulate(pacing, &mut quota, 8_500, latency);
        let ratio = report.seconds / quota.bound(report.tries as f64);
        assert!(
            ratio < 1.004,
            "{ratio} of the bound at a latency of {latency} s"
        );
    }
}

#[test]
fn a_short_list_costs_few_refusals() {
    for latency in [0.001, 0.05, 0.3] {
        let mut quota = Quota::new(100.0, 100.0);
        let pacing = Pacing::of_writes(Rate::PerSecond(2_000.0));
        let report = simulate(pacing, &mut quota, 400, latency);
        assert!(
            report.tries < 490,
            "{} tries at a latency of {latency} s",
            report.tries
        );
    }
}

#[test]
fn waits_longer_than_needed_do_not_make_it_slower_and_slower() {
    let mut quota = Quota::new(200.0, 15.0);
    quota.generous_wait = Duration::from_secs(10);
    let users = 3_000;
    let report = simulate(by_default(), &mut quota, users, 0.05);
    let ratio = report.seconds / quota.bound(users as f64);
    assert!(ratio < 1.5, "{ratio} of the bound");
    assert!(report.tries < users * 11 / 10, "{} tries", report.tries);
    assert!(report.last_refusal_after < users);
}

#[test]
fn one_refusal_pauses_everyone_for_as_long_as_the_service_asks() {
    for rate in [Rate::PublishedQuota, Rate::PerSecond(5.0), Rate::Unlimited] {
        let now = Instant::now();
        let mut pacing = Pacing::of_writes(rate);
        pacing.refused(3, Some(Duration::from_secs(12)), now, now);
        pacing.refused(
            1,
            Some(Duration::from_secs(4)),
            now,
            now + Duration::from_secs(1),
        );
        let until = now + Duration::from_secs(12);
        assert_eq!(
            pacing.allowance(20, until - Duration::from_millis(1)),
            Allowance::Wait(until)
        );
        assert!(
            matches!(pacing.allowance(20, until), Allowance::Go(_)),
            "{rate:?}"
        );
    }
}

#[test]
fn refusals_that_name_no_wait_or_none_to_speak_of_double_theirs() {
    for (rate, asked) in [
        (Rate::PublishedQuota, None),
        (Rate::PublishedQuota, Some(Duration::ZERO)),
        (Rate::Unlimited, Some(Duration::from_millis(1))),
    ] {
        let mut now = Instant::now();
        let mut pacing = Pacing::of_writes(rate);
        for most in [
            0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60.0, 60.0,
        ] {
            let sent_at = now;
            now += Duration::from_millis(1);
            pacing.refused(1, asked, sent_at, now);
            let wait = pacing.pause_left(now).unwrap_or_default();
            assert!(
                (most / 2.0..=most).contains(&wait.as_secs_f64()),
                "{wait:?} of {most} s"
            );
            now += wait;
        }
        // One that goes through shows that the quota is open again.
        pacing.accepted(1, now, now + Duration::from_millis(1));
        now += Duration::from_millis(2);
        pacing.refused(1, asked, now, now + Duration::from_millis(1));
        assert!(pacing.pause_left(now) <= Some(Duration::from_secs(1)));
    }
}

#[test]
fn a_warning_slows_down_before_the_refusal() {
    let begin = Instant::now();
    let mut pacing = by_default();
    pacing.used(0.9, 400.0, begin);
    let mut sent = 0;
    let mut now = begin;
    while now < begin + Duration::from_secs(2) {
        match pacing.allowance(20, now) {
            Allowance::Go(count) => {
                pacing.spend(count);
                sent += count;
            }
            Allowance::Wait(until) => now = until,
        }
    }
    // Half of what is left between 0.8 and 1 is half the speed: 200 a second.
    assert!((380..=420).contains(&sent), "{sent}");
    assert!(matches!(
        pacing.allowance(20, begin + Duration::from_secs(4)),
        Allowance::Go(20)
    ));
}

#[test]
fn the_time_left_follows_the_quota() {
    let now = Instant::now();
    let pacing = Pacing::of_writes(Rate::PublishedQuota);
    assert_eq!(pacing.time_for(3_000, now), Duration::ZERO);
    assert_eq!(pacing.time_for(10_000, now), Duration::from_secs(350));
    let unlimited = Pacing::of_writes(Rate::Unlimited);
    assert_eq!(unlimited.time_for(1_000_000, now), Duration::ZERO);
}

#[test]
fn an_answer_that_tells_nothing_of_the_quota_does_not_keep_the_next_part_back() {
    for rate in [Rate::PublishedQuota, Rate::PerSecond(5.0)] {
        let mut pacing = Pacing::of_writes(rate);
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        pacing.spend(20);
        pacing.refused(20, Some(Duration::from_secs(2)), begin, at(1));
        assert_eq!(pacing.allowance(20, at(4)), Allowance::Go(1));
        pacing.spend(1);
        assert_ne!(pacing.allowance(20, at(60)), Allowance::Go(1));
        // That user is unknown: neither let through nor refused for the quota.
        pacing.told_nothing(at(4), at(61));
        assert_eq!(pacing.allowance(20, at(61)), Allowance::Go(1));
    }
}

#[test]
fn a_list_of_unknown_users_is_gone_through_at_the_quotas_pace() {
    let mut pacing = Pacing::of_writes(Rate::PublishedQuota);
    let begin = Instant::now();
    let (mut sent, mut now) = (0, begin);
    while sent < 4_000 {
        match pacing.allowance(20, now) {
            Allowance::Go(users) => {
                pacing.spend(users);
                pacing.told_nothing(now, now);
                sent += users;
            }
            Allowance::Wait(at) => now = at,
        }
        assert!(now < begin + Duration::from_secs(60), "{sent} sent");
    }
    assert!(now > begin + Duration::from_secs(45), "{:?}", now - begin);
}
