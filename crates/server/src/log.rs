//! The log: for people in development, JSON in production, always to stderr. Texts that came from
//! outside are fields, and no field can begin a new line or colour a terminal.

use std::fmt::{Debug, Write as _};
use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::{self, Writer};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, filter};

use crate::config::{Config, LogFormat};

/// Whether people read the log.
pub fn is_human(format: LogFormat) -> bool {
    match format {
        LogFormat::Human => true,
        LogFormat::Json => false,
        LogFormat::Auto => cfg!(debug_assertions) || std::io::stderr().is_terminal(),
    }
}

/// Begins to log, panics included. Called once; `usual` is the level where nobody chose one.
pub fn start(config: &Config, usual: Level) {
    let level = LevelFilter::from_level(config.log_level.unwrap_or(usual));
    // What others log is of interest when something is wrong with them, and may hold more than it should.
    let filter = filter::Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_targets(["kernel", "store", "web", "identity", "work", "trackhold"].map(|ours| (ours, level)));
    let layer = if is_human(config.log_format) {
        let fields = format::debug_fn(|writer: &mut Writer<'_>, field, value| match field.name() {
            "message" => put(writer, value),
            name => write!(writer, "{name}=").and_then(|()| put(writer, value)),
        });
        let coloured = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        tracing_subscriber::fmt::layer()
            .fmt_fields(fields.delimited(" "))
            .with_ansi(coloured)
            .with_writer(std::io::stderr)
            .boxed()
    } else {
        tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
    };
    tracing_subscriber::registry().with(layer.with_filter(filter)).init();
    std::panic::set_hook(Box::new(log_panic));
}

fn put(writer: &mut Writer<'_>, value: &dyn Debug) -> std::fmt::Result {
    write!(Tame(writer), "{value:?}")
}

/// Writes control characters, line separators and marks of direction as `\u{…}`.
struct Tame<W>(W);

impl<W: std::fmt::Write> std::fmt::Write for Tame<W> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for c in text.chars() {
            if is_wild(c) {
                write!(self.0, "{}", c.escape_unicode())?;
            } else {
                self.0.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// What ends a line, moves a cursor or turns the direction of text (Unicode TR 9, section 2).
fn is_wild(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{061c}' | '\u{200e}' | '\u{200f}')
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current().name().unwrap_or_default().to_owned();
    let message = panic.payload_as_str().unwrap_or_default();
    tracing::error!(location, thread, message, "panic");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_the_line() {
        let mut tamed = String::new();
        let wild = "a\r\n\u{1b}[31mb\u{202e}c\u{2028}d\u{9b}é";
        write!(Tame(&mut tamed), "{wild}").unwrap();
        assert_eq!(tamed, "a\\u{d}\\u{a}\\u{1b}[31mb\\u{202e}c\\u{2028}d\\u{9b}é");
    }
}
