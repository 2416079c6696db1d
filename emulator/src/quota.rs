//! Quotas: token buckets, as the service throttles
//! (<https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits>).

use std::time::Instant;

use serde::Deserialize;

/// A quota to be set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct QuotaRequest {
    /// So much at once.
    pub capacity: f64,
    /// Refilled by so much a second.
    pub per_second: f64,
    /// So much is used up already.
    #[serde(default)]
    pub used: u32,
    /// A refused request costs as much as an accepted one: who does not wait is refused for longer.
    #[serde(default)]
    pub refusals_cost: bool,
    /// For reads; otherwise for writes.
    #[serde(default)]
    pub reads: bool,
}

/// A quota as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Quota {
    capacity: f64,
    per_second: f64,
    refusals_cost: bool,
    left: f64,
    filled: Instant,
}

impl Quota {
    pub(crate) fn new(request: &QuotaRequest) -> Quota {
        Quota {
            capacity: request.capacity,
            per_second: request.per_second,
            refusals_cost: request.refusals_cost,
            left: request.capacity - f64::from(request.used),
            filled: Instant::now(),
        }
    }

    pub(crate) fn use_up(&mut self, amount: u32) {
        self.left -= f64::from(amount);
    }

    /// Takes what a request costs; otherwise the seconds until there is enough.
    pub(crate) fn take(&mut self, cost: f64) -> Result<(), f64> {
        let elapsed = self.filled.elapsed().as_secs_f64();
        self.filled = Instant::now();
        self.left = (self.left + elapsed * self.per_second).min(self.capacity);
        if self.left >= cost {
            self.left -= cost;
            return Ok(());
        }
        if self.refusals_cost {
            // Nobody is refused for longer than the whole bucket takes to fill.
            self.left = (self.left - cost).max(cost - self.capacity);
        }
        Err((cost - self.left) / self.per_second.max(0.001))
    }

    /// What `x-ms-throttle-limit-percentage` says, which is sent from 0.8 on.
    pub(crate) fn limit_percentage(&self) -> Option<String> {
        let used = 1.0 - self.left / self.capacity;
        (used >= 0.8).then(|| format!("{used:.2}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(refusals_cost: bool) -> Quota {
        Quota::new(&QuotaRequest {
            capacity: 4.0,
            per_second: 0.001,
            refusals_cost,
            ..QuotaRequest::default()
        })
    }

    #[test]
    fn a_refusal_costs_only_where_it_should() {
        for refusals_cost in [false, true] {
            let mut quota = quota(refusals_cost);
            assert!((0..4).all(|_| quota.take(1.0).is_ok()));
            let waits: Vec<f64> = (0..9).filter_map(|_| quota.take(1.0).err()).collect();
            assert_eq!(waits.len(), 9);
            let grew = waits[1] > waits[0] * 1.2;
            assert_eq!(grew, refusals_cost, "{waits:?}");
            assert!(waits[8] <= 4000.1, "{waits:?}");
        }
    }
}
