//! What a long command shows of itself: its steps on standard output, a bar on the terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::command::print;

pub const ROWS: &str = "{msg} [{bar:32}] {human_pos} of {human_len} rows, {elapsed}";
pub const BYTES: &str = "{msg} [{bar:32}] {bytes} of {total_bytes}, {elapsed}";

pub struct Shown {
    /// Draws on stderr, where that is a terminal.
    bar: ProgressBar,
    json: bool,
}

impl Shown {
    /// `template` is one of the two above.
    pub fn new(json: bool, template: &str) -> Self {
        if json {
            return Self { bar: ProgressBar::hidden(), json };
        }
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        Self { bar: bar.with_style(style), json }
    }

    /// Another part of the work begins, of this length where that is known.
    pub fn part(&self, what: &'static str, length: Option<u64>) {
        self.bar.reset();
        match length {
            Some(length) => self.bar.set_length(length),
            None => self.bar.unset_length(),
        }
        self.bar.set_message(what);
    }

    pub fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    /// One line for a step that is done: for programs, or in words.
    pub fn say(&self, step: &impl Serialize, words: impl FnOnce() -> String) {
        let line = if self.json { serde_json::to_string(step).unwrap_or_default() } else { words() };
        self.bar.suspend(|| print(&line));
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
