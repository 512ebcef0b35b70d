//! A workspace is erased, and only when it was meant.

use std::path::Path;

use serde_json::json;

use crate::backups::{refused, served};
use crate::commands::{create, said};
use crate::moving::{signed_in, work_in};
use crate::process::{Ended, KEY, run, trackhold};

const NEVER: &str = "ws_00000000000000000000000000";

fn erase(data: &Path, workspace: &str, more: &[&str]) -> Ended {
    let data = data.to_str().unwrap();
    let mut command =
        trackhold(Path::new("/"), &["workspace", "erase", "--workspace", workspace, "--data", data]);
    run(command.args(more).env("TRACKHOLD_MASTER_KEY", KEY))
}

#[test]
fn a_workspace_is_erased_only_at_a_second_word() {
    let instance = served(&[]);
    let made = said(&create(instance.data(), "grace@example.com", &["--workspace", "Compilers"]));
    let workspace = made["workspace"]["id"].as_str().unwrap();
    let project = work_in(&mut signed_in(&instance, "grace@example.com"), "COM");
    let asked = erase(instance.data(), workspace, &[]);
    refused(&asked, 2, "(Compilers) would be destroyed for ever: 1 members, 1 projects, 41 items");
    assert!(asked.err.contains("run this again with --yes"), "{asked:?}");
    assert_eq!(signed_in(&instance, "grace@example.com").get(&project).status, 200, "nothing was changed");

    let backup = ["backup", "create", "--data", instance.data().to_str().unwrap()];
    let made = run(&mut trackhold(Path::new("/"), &backup));
    assert_eq!(made.code, Some(0), "{made:?}");
    let done = said(&erase(instance.data(), workspace, &["--yes", "--json"]));
    assert_eq!((&done["erased"], &done["workspace"]), (&json!(true), &json!(workspace)), "{done}");
    assert_eq!(done["not_noted"], json!([]), "{done}");
    let backups = instance.data().join("backups");
    let notes = std::fs::read_dir(backups.join("erased")).unwrap().count();
    assert_eq!(notes, 1, "the backup from before will not bring it back");
    let files = crate::process::listing(instance.data());
    let is_left = |path: &Path| path.to_string_lossy().contains(workspace) && !path.starts_with(&backups);
    let left = files.iter().filter(|(path, ..)| is_left(path)).count();
    assert_eq!(left, 0, "neither its key nor its file");
    assert_eq!(
        said(&erase(instance.data(), workspace, &["--yes", "--json"])),
        done,
        "once more does no harm"
    );
    refused(&erase(instance.data(), NEVER, &["--yes"]), 1, "there is no such thing");
    let verify = ["audit", "verify", "--json", "--data", instance.data().to_str().unwrap()];
    let chains = said(&run(&mut trackhold(Path::new("/"), &verify)));
    assert_eq!((&chains["whole"], chains["chains"].as_array().unwrap().len()), (&json!(true), 2), "{chains}");
    assert_eq!(signed_in(&instance, "ada@example.com").get("/api/v1/projects").status, 200);
}
