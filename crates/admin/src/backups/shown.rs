//! Figures in words.

use store::backup::{Certificate, Listed, Manifest};

const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];

/// `1.4 GB`: in steps of a thousand.
pub(super) fn size(bytes: u64) -> String {
    let (mut whole, mut rest, mut unit) = (bytes, 0, 0);
    while whole >= 1_000 && unit + 1 < UNITS.len() {
        rest = whole % 1_000 / 100;
        whole /= 1_000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 || whole >= 100 { format!("{whole} {name}") } else { format!("{whole}.{rest} {name}") }
}

/// `3 h 12 min`, `40 s`: two parts at most.
pub(super) fn span(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds % 60, "s")];
    let first = parts.iter().position(|(count, _)| *count > 0).unwrap_or(parts.len() - 1);
    let two = parts.iter().skip(first).take(2).filter(|(count, _)| *count > 0 || seconds == 0);
    two.map(|(count, unit)| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

pub(super) fn bytes(manifest: &Manifest) -> u64 {
    manifest.parts.iter().map(|part| part.size).sum()
}

pub(super) fn rows(manifest: &Manifest) -> u64 {
    manifest.parts.iter().map(|part| part.rows).sum()
}

/// Parts but the instance's own.
pub(super) fn workspaces(listed: &Listed) -> usize {
    listed.manifest.parts.iter().filter(|part| part.scope != "instance").count()
}

/// Below this a time for each gigabyte says nothing: most of it is the start.
const WORTH_A_RATE: u64 = 100_000_000;

/// How long it took to bring it back: `12 s`, `1 min 40 s (34 s a GB)`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds of a check, never negative"
)]
pub(super) fn way_back(certificate: &Certificate) -> String {
    let took = span((certificate.seconds.ceil() as u64).max(1));
    match certificate.rto_seconds_per_gb {
        Some(rate) if certificate.bytes >= WORTH_A_RATE => format!("{took} ({rate:.0} s a GB)"),
        _ => took,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_figures_or_three() {
        for (bytes, expected) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (1_449_999, "1.4 MB"),
            (412_000_000, "412 MB"),
            (9_990_000_000_000, "9.9 TB"),
            (5_000_000_000_000_000, "5000 TB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }

    #[test]
    fn spans_have_two_parts() {
        for (seconds, expected) in [
            (0, "0 s"),
            (40, "40 s"),
            (60, "1 min"),
            (3_720, "1 h 2 min"),
            (90_000, "1 d 1 h"),
            (86_400, "1 d"),
        ] {
            assert_eq!(span(seconds), expected);
        }
    }
}
