//! The configuration file (TOML 1.1): flat, and nothing in it that is not known.

use std::fs;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{self, Key, Kind};
use super::layers::{Given, Layer};
use super::place::{ConfigError, Place};

/// Large for a handful of settings; a limit all the same.
const LONGEST: u64 = 64 * 1024;

/// Reads the settings of a file. What is wrong is told with file, line and key, and without the
/// value: it may be a secret that stands at the wrong place.
pub fn read(path: &Path) -> Result<Layer, ConfigError> {
    let whole =
        |problem: String| ConfigError { place: None, problem: format!("{}: {problem}", path.display()) };
    let size = fs::metadata(path).map_err(|error| whole(error.to_string()))?.len();
    if size > LONGEST {
        return Err(whole(format!("is longer than {LONGEST} bytes")));
    }
    let bytes = fs::read(path).map_err(|error| whole(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| whole("is not UTF-8 text".into()))?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<Layer, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        let problem = format!("{}, line {line}: {}", path.display(), error.message());
        ConfigError { place: None, problem }
    })?;
    let mut layer = Layer::default();
    for (name, value) in table.get_ref() {
        let line = line_of(text, name.span().start);
        let place = Place::File { path: path.to_owned(), line, key: name.get_ref().to_string() };
        let key = keys::find(name.get_ref()).map_err(|meant| {
            let hint = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
            ConfigError::at(&place, format!("is not a setting{hint}"))
        })?;
        layer.set(key, given(key, value, place, path)?);
    }
    Ok(layer)
}

fn given(key: Key, value: &Spanned<DeValue<'_>>, place: Place, file: &Path) -> Result<Given, ConfigError> {
    let wrong = |expected: &str| {
        let found = value.get_ref().type_str();
        Err(ConfigError::at(&place, format!("must be {expected}, not {found}")))
    };
    let values = match (key.kind, value.get_ref()) {
        (Kind::Text, DeValue::String(text)) => vec![text.to_string()],
        (Kind::Destination, DeValue::String(text)) if text == "off" || text.contains("://") => {
            vec![text.to_string()]
        }
        (Kind::Path | Kind::Destination, DeValue::String(text)) => {
            let beside = file.parent().unwrap_or(Path::new("")).join(text.as_ref());
            vec![beside.to_string_lossy().into_owned()]
        }
        (Kind::Number, DeValue::Integer(number)) => vec![number.to_string()],
        (Kind::List, DeValue::Array(items)) => {
            let texts: Option<Vec<String>> =
                items.iter().map(|item| item.get_ref().as_str().map(Into::into)).collect();
            match texts {
                Some(texts) => texts,
                None => return wrong("a list of texts in quotes"),
            }
        }
        (Kind::Text | Kind::Path | Kind::Destination, _) => return wrong("a text in quotes"),
        (Kind::Number, _) => return wrong("a whole number"),
        (Kind::List, _) => return wrong("a list of texts: [\"…\"]"),
    };
    Ok(Given { values, place })
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        parse(Path::new("t.toml"), text).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn every_mistake_names_its_line() {
        for (text, expected) in [
            ("listen = \"127.0.0.1:80\"\nlisten = \"x\"", "t.toml, line 2: duplicate key"),
            ("\n\nlisten = ", "t.toml, line 3: "),
            ("# a note\n\nlisten = 8080", "t.toml, line 3, listen: must be a text in quotes, not integer"),
            (
                "rate_per_minute = \"many\"",
                "t.toml, line 1, rate_per_minute: must be a whole number, not string",
            ),
            ("rate_per_minute = 1.5", "t.toml, line 1, rate_per_minute: must be a whole number, not float"),
            (
                "behind_proxy = \"10.0.0.0/8\"",
                "t.toml, line 1, behind_proxy: must be a list of texts: [\"…\"], not string",
            ),
            (
                "\nbehind_proxy = [1]",
                "t.toml, line 2, behind_proxy: must be a list of texts in quotes, not array",
            ),
            ("data = true", "t.toml, line 1, data: must be a text in quotes, not boolean"),
            ("\nlisen = \"x\"", "t.toml, line 2, lisen: is not a setting; did you mean listen?"),
            ("[server]\nlisten = \"x\"", "t.toml, line 1, server: is not a setting"),
            ("a.b = 1", "t.toml, line 1, a: is not a setting"),
            ("master_key = \"6a\"", "t.toml, line 1, master_key: is not a setting"),
        ] {
            let problem = problem(text);
            assert!(problem.starts_with(expected), "{text:?} gives {problem:?}");
        }
    }

    #[test]
    fn a_value_is_never_repeated() {
        for text in ["database_url = [\"hunter2\"]", "database_url = \"hunter2", "hunter1 = \"hunter2\""] {
            assert!(!problem(text).is_empty() && !problem(text).contains("hunter2"), "{}", problem(text));
        }
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let layer =
            parse(Path::new("/etc/trackhold/t.toml"), "data = \"data\"\nmaster_key_file = \"/k\"").unwrap();
        assert_eq!(layer.get(keys::DATA).unwrap().values, ["/etc/trackhold/data"]);
        assert_eq!(layer.get(keys::MASTER_KEY_FILE).unwrap().values, ["/k"]);
        for (given, expected) in
            [("b", "/etc/trackhold/b"), ("/b", "/b"), ("off", "off"), ("s3://b/p", "s3://b/p")]
        {
            let text = format!("backup_to = \"{given}\"");
            let layer = parse(Path::new("/etc/trackhold/t.toml"), &text).unwrap();
            assert_eq!(layer.get(keys::BACKUP_TO).unwrap().values, [expected]);
        }
    }
}
