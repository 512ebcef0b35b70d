//! What the benches share. Every figure stands beside its limit, measured in the same run; a
//! target that is missed is said, and fails the run.

// A bench that cannot set up has failed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

pub mod load;
pub mod process;
pub mod site;

use std::sync::atomic::{AtomicBool, Ordering};

static MISSED: AtomicBool = AtomicBool::new(false);

/// One line of a figure without a target.
pub fn figure(name: &str, value: f64, unit: &str) {
    println!("{name:<66} {value:>12.1} {unit}");
}

/// One line of a ratio without a target.
pub fn ratio(name: &str, value: f64) {
    println!("{name:<66} {value:>12.2}");
}

/// A ratio and the least that it may be.
pub fn at_least(name: &str, ratio: f64, target: f64) {
    judge(name, ratio, target, ratio >= target, "at least");
}

/// A figure and the most that it may be.
pub fn at_most(name: &str, value: f64, target: f64) {
    judge(name, value, target, value <= target, "at most");
}

fn judge(name: &str, value: f64, target: f64, met: bool, word: &str) {
    println!("{name:<66} {value:>12.2} ({word} {target}) {}", if met { "ok" } else { "MISSED" });
    if !met {
        MISSED.store(true, Ordering::Relaxed);
    }
}

/// Ends the bench: with a failure if any target was missed.
pub fn end() {
    if MISSED.load(Ordering::Relaxed) {
        std::process::exit(1);
    }
}

/// The better of three runs: what disturbs a run on a shared machine only makes it slower.
pub fn best_of_three(mut run: impl FnMut() -> f64) -> f64 {
    (0..3).map(|_| run()).fold(0.0, f64::max)
}
