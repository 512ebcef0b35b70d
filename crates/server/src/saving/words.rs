//! What the commands of `trackhold backup` say to people.

use serde_json::Value;

/// A part that is done, or whatever else the store tells of.
pub(super) fn step(step: &Value) -> String {
    match text(&step["step"]) {
        "part" => format!("{}: {} rows, {} bytes", text(&step["scope"]), step["rows"], step["bytes"]),
        "backup" => backup(step),
        other => {
            let fields = step.as_object().into_iter().flatten().filter(|(name, _)| *name != "step");
            let fields: Vec<String> =
                fields.map(|(name, value)| format!("{name} {}", plain(value))).collect();
            format!("{other}: {}", fields.join(", "))
        }
    }
}

fn backup(line: &Value) -> String {
    let scope = line["workspace"].as_str().unwrap_or("everything");
    let checked = match (line["checked"]["full"].as_bool(), text(&line["checked"]["checked_at"])) {
        (Some(true), at) => format!("restored and found whole {at}"),
        (Some(false), at) => format!("ciphertext found whole {at}"),
        (None, _) => "not checked yet".into(),
    };
    format!(
        "{}  {}  {scope}, {} parts, {} rows, {} bytes, sealed for {}; {checked}",
        text(&line["backup"]),
        text(&line["made_at"]),
        line["parts"],
        line["rows"],
        line["bytes"],
        text(&line["sealed_for"]),
    )
}

pub(super) fn created(last: &Value) -> String {
    let keyring = if last["keyring_saved"] == true {
        "The keyring was saved."
    } else {
        "The keyring was NOT saved with it: without it and the master key nobody can read this backup. Name a place \
         for it by --keyring-to."
    };
    format!(
        "Made {} in {}: {} parts, {} rows, {} bytes, sealed for {}, in {} ms.\n{keyring}\nCheck it with: trackhold \
         backup verify --from {} --backup {}",
        text(&last["backup"]),
        text(&last["place"]),
        last["parts"],
        last["rows"],
        last["bytes"],
        text(&last["sealed_for"]),
        last["took_ms"],
        text(&last["place"]),
        text(&last["backup"]),
    )
}

pub(super) fn listed(last: &Value) -> String {
    format!("{} backups in {}", last["backups"], text(&last["place"]))
}

pub(super) fn verified(last: &Value) -> String {
    let how = if last["full"] == true {
        "was restored into a temporary place and is whole"
    } else {
        "has the ciphertext that was signed; what is in it was not looked at, for lack of the key that opens it \
         (--identity)"
    };
    format!(
        "{} {how}: {} parts, {} rows, {} bytes in {:.1} seconds. It is {} seconds old.\nCertificate {}, signed by {}.",
        text(&last["backup"]),
        last["parts"],
        last["rows"],
        last["bytes"],
        last["seconds"].as_f64().unwrap_or_default(),
        last["rpo_seconds"],
        text(&last["sha256"]),
        text(&last["key"]),
    )
}

pub(super) fn restored(last: &Value) -> String {
    let again = match last["erased_again"].as_u64() {
        None | Some(0) => String::new(),
        Some(count) => format!("\n{count} workspaces that had been erased since were erased again."),
    };
    format!(
        "Restored {} into {}: {} workspaces, {} rows, {} bytes in {:.1} seconds; their digest is {}.{again}\nStart the \
         server with the same master key, sign in, and run: trackhold audit verify",
        text(&last["backup"]),
        text(&last["into"]),
        last["workspaces"],
        last["rows"],
        last["bytes"],
        last["seconds"].as_f64().unwrap_or_default(),
        text(&last["sha256"]),
    )
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
