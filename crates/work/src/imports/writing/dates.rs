//! Moments as days.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The zone of an IANA name; UTC for the empty one.
pub(in super::super) fn zone(name: &str) -> Option<TimeZone> {
    if name.is_empty() { Some(TimeZone::UTC) } else { TimeZone::get(name).ok() }
}

/// The day, `YYYY-MM-DD`, on which a moment (microseconds UTC) lies there. Years of more or fewer
/// than four digits have none.
pub(super) fn day(micros: i64, zone: &TimeZone) -> Option<String> {
    let date = Timestamp::from_microsecond(micros).ok()?.to_zoned(zone.clone()).date();
    (1_000..=9_999).contains(&date.year()).then(|| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_another_day_elsewhere() {
        let late: Timestamp = "2025-03-01T23:30:00Z".parse().unwrap();
        let on = |name: &str| day(late.as_microsecond(), &zone(name).unwrap()).unwrap();
        assert_eq!((on(""), on("UTC")), ("2025-03-01".to_owned(), "2025-03-01".to_owned()));
        assert_eq!(
            (on("Europe/Berlin"), on("America/Lima")),
            ("2025-03-02".to_owned(), "2025-03-01".to_owned())
        );
        assert!(zone("Atlantis/Capital").is_none());
        assert_eq!(day(i64::MAX, &TimeZone::UTC), None);
    }
}
