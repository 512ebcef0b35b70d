//! The general limit on requests: a session, or an address that nobody is signed in from.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use http::HeaderValue;
use kernel::{Error, Result, SessionId};

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// Addresses share this many budgets: memory stays bounded however many addresses ask.
const ADDRESS_BUDGETS: u64 = 65_536;
/// Sessions that were quiet for a minute are forgotten every so many requests.
const SWEEP_EVERY: u32 = 65_536;

/// None where the operator set no limit.
pub(crate) struct Limits(Option<Limited>);

struct Limited {
    per_minute: u32,
    policy: HeaderValue,
    sessions: Keyed<SessionId>,
    addresses: Keyed<u64>,
    seed: RandomState,
    asked: AtomicU32,
    clock: DefaultClock,
}

/// What is left, for the `RateLimit` headers.
#[derive(Clone, Copy)]
pub(crate) struct Budget {
    remaining: u32,
    per_minute: u32,
}

impl Limits {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self(NonZeroU32::new(per_minute).map(|each| {
            let quota = Quota::per_minute(each);
            Limited {
                per_minute,
                policy: HeaderValue::try_from(format!("\"general\";q={per_minute};w=60"))
                    .unwrap_or(HeaderValue::from_static("\"general\"")),
                sessions: RateLimiter::dashmap(quota).with_middleware(),
                addresses: RateLimiter::dashmap(quota).with_middleware(),
                seed: RandomState::new(),
                asked: AtomicU32::new(0),
                clock: DefaultClock::default(),
            }
        }))
    }

    pub(crate) fn session(&self, session: SessionId) -> Result<Option<Budget>> {
        let Some(limited) = &self.0 else { return Ok(None) };
        if limited.asked.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            limited.sessions.retain_recent();
        }
        limited.ask(&limited.sessions, &session).map(Some)
    }

    /// IPv6 by the /64, which one customer has all of.
    pub(crate) fn address(&self, address: Option<IpAddr>) -> Result<Option<Budget>> {
        let (Some(limited), Some(address)) = (&self.0, address) else { return Ok(None) };
        let network = match address {
            IpAddr::V4(address) => u64::from(address.to_bits()),
            IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
        };
        let bucket = limited.seed.hash_one((address.is_ipv4(), network)) % ADDRESS_BUDGETS;
        limited.ask(&limited.addresses, &bucket).map(Some)
    }

    /// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10).
    pub(crate) fn headers(&self, budget: Budget) -> Option<(HeaderValue, HeaderValue)> {
        let limited = self.0.as_ref()?;
        let used = u64::from(budget.per_minute.saturating_sub(budget.remaining));
        let reset = (used * 60).div_ceil(u64::from(budget.per_minute.max(1)));
        let left = format!("\"general\";r={};t={reset}", budget.remaining);
        Some((limited.policy.clone(), HeaderValue::try_from(left).ok()?))
    }
}

impl Limited {
    fn ask<K: std::hash::Hash + Eq + Clone>(&self, limiter: &Keyed<K>, key: &K) -> Result<Budget> {
        match limiter.check_key(key) {
            Ok(state) => {
                Ok(Budget { remaining: state.remaining_burst_capacity(), per_minute: self.per_minute })
            }
            Err(until) => Err(Error::TooMany { retry_after: until.wait_time_from(self.clock.now()) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_runs_out_and_is_nobody_elses() {
        let limits = Limits::new(3);
        let ask = |text: &str| limits.address(Some(text.parse().unwrap()));
        for left in [2, 1, 0] {
            assert_eq!(ask("192.0.2.1").unwrap().unwrap().remaining, left);
        }
        let Err(Error::TooMany { retry_after }) = ask("192.0.2.1") else { panic!("a fourth one passed") };
        assert!(retry_after.as_secs() <= 20 && !retry_after.is_zero(), "{retry_after:?}");
        assert!(ask("192.0.2.2").is_ok());
        for host in ["2001:db8::1", "2001:db8::2", "2001:db8::ffff"] {
            assert!(ask(host).is_ok());
        }
        assert!(ask("2001:db8::3").is_err(), "a /64 is one customer");
    }

    #[test]
    fn zero_is_no_limit() {
        let limits = Limits::new(0);
        assert!((0..10_000).all(|_| limits.address(Some([192, 0, 2, 1].into())).is_ok()));
    }
}
