//! The blocks of a page that its reader types.

/// What else may stand in a fence: files to write, answers to read.
const SHOWN: &[&str] = &["caddy", "haproxy", "ini", "json", "nginx", "text", "toml"];

/// Why a block may stand there and not be run.
const REASONS: &[&str] =
    &["needs another version", "needs another machine", "needs systemd", "needs a bucket"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Shell,
    Sql,
}

#[derive(Debug)]
pub struct Block {
    /// Where its fence stands.
    pub line: usize,
    language: Language,
    /// Why it is not run, if it is not.
    pub not_run: Option<&'static str>,
    pub text: String,
}

impl Block {
    pub fn is_sql(&self) -> bool {
        self.language == Language::Sql
    }

    pub fn is_run(&self) -> bool {
        self.not_run.is_none()
    }
}

/// All blocks of shell and SQL; says what stands in a page and is none of what may.
pub fn blocks(page: &str) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, &str, String)> = None;
    for (line, text) in (1..).zip(page.lines()) {
        let fence = text.trim_start().strip_prefix("```").map(str::trim);
        match (open.take(), fence) {
            (None, None) => {}
            (None, Some(kind)) => open = Some((line, kind, String::new())),
            (Some((begin, kind, all)), Some(_)) => blocks.extend(block(begin, kind, all)?),
            (Some((begin, kind, all)), None) => open = Some((begin, kind, all + text + "\n")),
        }
    }
    match open {
        None => Ok(blocks),
        Some((line, ..)) => Err(format!("the block at line {line} does not end")),
    }
}

fn block(line: usize, kind: &str, text: String) -> Result<Option<Block>, String> {
    let (language, rest) = kind.split_once(' ').unwrap_or((kind, ""));
    let language = match language {
        "sh" => Language::Shell,
        "sql" => Language::Sql,
        shown if SHOWN.contains(&shown) => return Ok(None),
        other => {
            return Err(format!(
                "line {line}: a block of {other:?}; what is run is sh or sql, what is shown {SHOWN:?}"
            ));
        }
    };
    let not_run = match rest {
        "" => None,
        said => Some(reason(said).ok_or_else(|| {
            format!("line {line}: {said:?} is not `norun` with one of the reasons {REASONS:?}")
        })?),
    };
    Ok(Some(Block { line, language, not_run, text }))
}

fn reason(said: &str) -> Option<&'static str> {
    let given = said.strip_prefix("norun ")?;
    REASONS.iter().copied().find(|reason| *reason == given)
}
