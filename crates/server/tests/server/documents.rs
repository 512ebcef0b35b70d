//! Documents that are made from the routes are those in the repository, and what the server serves.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::http::Client;
use crate::process::{instance, run, trackhold};

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

fn made(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(&mut trackhold(folder.path(), arguments));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a document needs no data");
    ended.out
}

#[track_caller]
fn is_current(name: &str, command: &str) {
    let stored = fs::read_to_string(kept(name)).unwrap_or_default();
    assert!(
        stored == made(&[command]),
        "docs/{name} is not current; run: cargo run -- {command} > docs/{name}"
    );
}

#[test]
fn the_openapi_document_is_current() {
    is_current("openapi.json", "openapi");
}

#[test]
fn the_access_matrix_is_current() {
    is_current("access-matrix.md", "access-matrix");
}

#[test]
fn every_setting_is_explained() {
    let page = fs::read_to_string(kept("how-to/run.md")).unwrap();
    let help = made(&["serve", "--help"]);
    let flags = help.split_whitespace().filter_map(|word| word.strip_prefix("--"));
    for flag in flags.filter(|flag| !["config", "json", "help"].contains(flag) && flag.len() > 1) {
        let line = page.lines().find(|line| line.starts_with(&format!("| `--{flag}` |")));
        let line = line.unwrap_or_else(|| panic!("--{flag} is not in docs/how-to/run.md"));
        let name = flag.replace('-', "_");
        assert!(line.contains(&format!("`TRACKHOLD_{}`", name.to_uppercase())), "{line}");
        assert!(line.contains(&format!("`{name} = ")), "{line}");
    }
}

#[test]
fn the_map_names_only_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for page in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let text = fs::read_to_string(root.join(page)).unwrap();
        let quoted = text
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| word.contains('/') && !word.contains([' ', '{', '…']));
        let linked = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let paths =
            quoted.filter(|word| !word.starts_with('/')).chain(linked.filter(|link| !link.contains("://")));
        // Pictures are taken by the browser suite.
        for path in paths.filter(|path| !path.starts_with("docs/images/")) {
            assert!(root.join(path).exists(), "{page} names {path}");
        }
    }
}

#[test]
fn the_server_describes_itself() {
    let instance = instance(&[]);
    let answer = Client::new(instance.address()).get("/api/openapi.json");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let served = answer.expect(200);
    let printed: Value = serde_json::from_str(&made(&["openapi"])).unwrap();
    assert_eq!(served, printed);
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"), "{}", served["openapi"]);
}

#[test]
fn every_route_says_what_it_asks_for() {
    let table: Value = serde_json::from_str(&made(&["routes", "--json"])).unwrap();
    let table = table.as_array().unwrap();
    assert!(table.len() > 50, "only {} routes", table.len());
    for route in table {
        assert!(
            route["method"].is_string() && route["path"].is_string() && !route["access"].is_null(),
            "{route}"
        );
        let takes_json = route["content"] == "json";
        assert!(!takes_json || !route["example"].is_null(), "no example: {route}");
    }
    let public: Vec<&str> = table
        .iter()
        .filter(|route| route["access"] == "public" && route["path"].as_str().unwrap().starts_with("/api/v1"))
        .map(|route| route["path"].as_str().unwrap())
        .collect();
    for path in public {
        assert!(
            path.starts_with("/api/v1/auth/") || path == "/api/v1/invitations/accept",
            "{path} is public"
        );
    }
}
