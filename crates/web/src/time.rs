//! Times as the API and the pages write them.

use jiff::tz::TimeZone;
use kernel::Timestamp;
use serde::Serialize;

use crate::page::Time;

/// RFC 3339 in UTC with microseconds: `2026-03-01T09:30:00.123456Z`.
pub fn rfc3339(at: Timestamp) -> String {
    String::from_utf8_lossy(&digits(at)).into_owned()
}

/// Digit by digit: a page of items holds a hundred times, and a format that is read anew for each of
/// them costs more than reading it.
fn digits(at: Timestamp) -> [u8; 27] {
    let moment = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let moment = TimeZone::UTC.to_datetime(moment);
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    put(&mut text[0..4], i32::from(moment.year()));
    put(&mut text[5..7], i32::from(moment.month()));
    put(&mut text[8..10], i32::from(moment.day()));
    put(&mut text[11..13], i32::from(moment.hour()));
    put(&mut text[14..16], i32::from(moment.minute()));
    put(&mut text[17..19], i32::from(moment.second()));
    put(&mut text[20..26], moment.subsec_nanosecond() / 1_000);
    text
}

fn put(place: &mut [u8], value: i32) {
    let mut rest = value.unsigned_abs();
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
}

/// For the structs of pages.
pub fn shown(at: Timestamp) -> Time {
    shown_in(at, &TimeZone::UTC)
}

/// The same in somebody's zone: `21 Nov 2025, 23:58 CET`.
pub fn shown_in(at: Timestamp, zone: &TimeZone) -> Time {
    let moment = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let text = moment.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M %Z").to_string();
    Time { iso: rfc3339(at), text }
}

/// A zone by its IANA name; none where there is no such.
pub fn zone(name: &str) -> Option<TimeZone> {
    let plain = !name.is_empty() && name.len() <= 64;
    plain.then(|| jiff::tz::db().get(name).ok()).flatten()
}

/// A time in a JSON answer: `pub created_at: web::time::Utc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Utc(pub Timestamp);

impl From<Timestamp> for Utc {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl Serialize for Utc {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&digits(self.0)).unwrap_or_default())
    }
}

impl utoipa::PartialSchema for Utc {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl utoipa::ToSchema for Utc {
    fn name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_to_the_microsecond() {
        let at = Timestamp::from_micros(1_763_765_880_000_042);
        assert_eq!(rfc3339(at), "2025-11-21T22:58:00.000042Z");
        assert_eq!(shown(at).text, "21 Nov 2025, 22:58 UTC");
        let berlin = zone("Europe/Berlin").unwrap();
        assert_eq!(shown_in(at, &berlin).text, "21 Nov 2025, 23:58 CET");
        assert!(zone("").is_none() && zone("../etc/passwd").is_none());
        assert_eq!(rfc3339(Timestamp::from_micros(i64::MAX)), "1970-01-01T00:00:00.000000Z");
    }
}
