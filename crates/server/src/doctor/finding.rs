//! One thing that was looked at, and what to do about it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Ok,
    /// It works, and would be better otherwise.
    Warning,
    /// Data, or what protects it, is in danger.
    Problem,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The name of the check, for programs.
    pub check: String,
    pub verdict: Verdict,
    pub says: String,
    /// What to do; none where nothing is.
    #[serde(rename = "do")]
    pub mend: Option<String>,
}

impl Finding {
    pub fn ok(check: &str, says: impl Into<String>) -> Self {
        Self { check: check.into(), verdict: Verdict::Ok, says: says.into(), mend: None }
    }

    pub fn warning(check: &str, says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check: check.into(), verdict: Verdict::Warning, says: says.into(), mend: Some(mend.into()) }
    }

    pub fn problem(check: &str, says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check: check.into(), verdict: Verdict::Problem, says: says.into(), mend: Some(mend.into()) }
    }

    pub fn in_words(&self) -> String {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Problem => "PROBLEM",
        };
        let mend = self.mend.as_ref().map(|mend| format!("\n          {mend}")).unwrap_or_default();
        format!("{verdict:<9} {}: {}{mend}", self.check, self.says)
    }
}
