//! Dates, seen from where the viewer is.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::Timestamp;
use web::page::Time;
use web::time::shown_in;

#[derive(Clone)]
pub(crate) struct Due {
    /// `2025-11-21`
    pub date: String,
    /// `21 Nov`, with the year when it is not this one.
    pub text: String,
    /// `overdue`, `today`, `soon` (7 days), `later`, `done` (the item is done).
    pub state: &'static str,
}

/// The viewer's zone and what day it is there.
#[derive(Clone)]
pub(crate) struct Today {
    zone: TimeZone,
    date: Date,
}

const SOON: i32 = 7;

impl Today {
    pub fn at(now: Timestamp, zone: TimeZone) -> Self {
        let moment = jiff::Timestamp::from_microsecond(now.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let date = moment.to_zoned(zone.clone()).date();
        Self { zone, date }
    }

    pub fn time(&self, at: Timestamp) -> Time {
        shown_in(at, &self.zone)
    }

    /// A day of an item that is still to be done, or is over.
    pub fn due(&self, date: &str, over: bool) -> Due {
        Due {
            date: date.to_owned(),
            text: self.day(date),
            state: if over { "done" } else { self.state(date) },
        }
    }

    /// `21 Nov`, with the year when it is not this one.
    pub fn day(&self, date: &str) -> String {
        match date.parse::<Date>() {
            Ok(day) if day.year() == self.date.year() => day.strftime("%-d %b").to_string(),
            Ok(day) => day.strftime("%-d %b %Y").to_string(),
            Err(_) => date.to_owned(),
        }
    }

    fn state(&self, date: &str) -> &'static str {
        let Ok(day) = date.parse::<Date>() else { return "later" };
        match (day - self.date).get_days() {
            ..0 => "overdue",
            0 => "today",
            1..=SOON => "soon",
            _ => "later",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_the_viewers() {
        // 2025-11-21T22:58Z: in Tokyo it is the 22nd already.
        let now = Timestamp::from_micros(1_763_765_880_000_000);
        let here = Today::at(now, TimeZone::UTC);
        let tokyo = Today::at(now, web::time::zone("Asia/Tokyo").unwrap());
        for (date, state, there, text) in [
            ("2025-11-20", "overdue", "overdue", "20 Nov"),
            ("2025-11-21", "today", "overdue", "21 Nov"),
            ("2025-11-22", "soon", "today", "22 Nov"),
            ("2025-11-28", "soon", "soon", "28 Nov"),
            ("2025-11-29", "later", "soon", "29 Nov"),
            ("2026-03-01", "later", "later", "1 Mar 2026"),
        ] {
            assert_eq!((here.due(date, false).state, here.due(date, false).text.as_str()), (state, text));
            assert_eq!(tokyo.due(date, false).state, there, "{date}");
            assert_eq!(here.due(date, true).state, "done");
        }
        assert_eq!(tokyo.time(now).text, "22 Nov 2025, 07:58 JST");
    }
}
