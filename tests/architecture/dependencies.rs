//! Who may depend on whom, and what may not be in the tree at all.

use std::process::Command;

use serde_json::Value;

use crate::tree;

/// Each package with all that it may depend on inside the workspace. A package that is not listed
/// may not exist: whoever adds one says here where it stands.
const WALLS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("store", &["kernel"]),
    ("web", &["kernel", "store"]),
    // Slices: what two of them need is an event in the kernel.
    ("identity", &["kernel", "store", "web"]),
    ("work", &["kernel", "store", "web"]),
    ("codes", &["kernel", "store", "web"]),
    ("portfolio", &["kernel", "store", "web"]),
    ("assets", &["kernel", "store", "web"]),
    ("hooks", &["kernel", "store", "web"]),
    ("billing", &["kernel", "store", "web"]),
    ("admin", &["kernel", "store", "web"]),
    // A leaf: only the binary embeds the front end.
    ("ui", &[]),
    (
        "trackhold",
        &[
            "kernel",
            "store",
            "web",
            "identity",
            "work",
            "codes",
            "portfolio",
            "assets",
            "hooks",
            "billing",
            "admin",
            "ui",
        ],
    ),
    ("testkit", &[]),
    // Suites and benches stand outside: nothing may depend on them.
    ("tests", &["kernel", "store", "web", "identity", "work", "trackhold"]),
    ("benches", &["kernel", "store", "web", "identity", "work", "trackhold", "testkit"]),
];

/// One crypto provider for TLS, aws-lc-rs; a second one makes rustls panic at start, or worse, pick.
const FORBIDDEN: &[&str] = &[
    "ring",
    "boring",
    "boring-sys",
    "native-tls",
    "openssl",
    "rustls-graviola",
    "rustls-mbedcrypto-provider",
    "rustls-openssl",
    "rustls-rustcrypto",
    "rustls-symcrypt",
];

struct Edge {
    from: String,
    to: String,
    dev: bool,
}

fn breaches(edges: &[Edge]) -> Vec<String> {
    let mut found = Vec::new();
    for Edge { from, to, dev } in edges {
        if *dev && to == "testkit" {
            continue;
        }
        match WALLS.iter().find(|(package, _)| package == from) {
            None => found.push(format!("{from} is not in WALLS")),
            Some((_, allowed)) if !allowed.contains(&to.as_str()) => {
                found.push(format!("{from} depends on {to}"))
            }
            Some(_) => {}
        }
    }
    found
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo).args(arguments).current_dir(tree::root()).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The packages of the workspace, and every edge between two of them.
fn workspace() -> (Vec<String>, Vec<Edge>) {
    let metadata = cargo(&["metadata", "--format-version=1", "--no-deps"]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let names: Vec<_> = packages.iter().map(|package| text(&package["name"])).collect();
    let mut edges = Vec::new();
    for package in packages {
        for dependency in package["dependencies"].as_array().unwrap() {
            let to = text(&dependency["name"]);
            if names.contains(&to) {
                edges.push(Edge { from: text(&package["name"]), to, dev: dependency["kind"] == "dev" });
            }
        }
    }
    (names, edges)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Names and versions of all that `cargo build` would compile, on any platform. `cargo metadata`
/// also lists what weak features could switch on, so its answer is not used here.
fn compiled(selection: &[&str]) -> Vec<(String, String)> {
    let mut arguments = vec!["tree", "--prefix=none", "--format={p}", "--edges=normal,build", "--target=all"];
    arguments.extend(selection);
    let mut packages: Vec<_> = cargo(&arguments)
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        })
        .collect();
    packages.sort();
    packages.dedup();
    packages
}

#[test]
fn walls_stand() {
    let (names, edges) = workspace();
    let mut found = breaches(&edges);
    for name in names {
        if !WALLS.iter().any(|(package, _)| *package == name) {
            found.push(format!("{name} is not in WALLS"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_breach_is_seen() {
    let edge = |from: &str, to: &str, dev| Edge { from: from.to_owned(), to: to.to_owned(), dev };
    let breaking = [
        edge("kernel", "store", false),
        edge("work", "identity", false),
        edge("work", "identity", true),
        edge("web", "ui", false),
        edge("store", "testkit", false),
        edge("unheard_of", "kernel", false),
    ];
    assert_eq!(breaches(&breaking).len(), breaking.len());
    let fine = [edge("store", "testkit", true), edge("work", "web", false), edge("trackhold", "ui", false)];
    assert_eq!(breaches(&fine), Vec::<String>::new());
}

#[test]
fn one_crypto_provider() {
    let packages = compiled(&["--workspace"]);
    let found: Vec<_> = packages.iter().filter(|(name, _)| FORBIDDEN.contains(&name.as_str())).collect();
    assert!(found.is_empty(), "{found:?}");
    for single in ["rustls", "aws-lc-rs", "tokio", "libsqlite3-sys"] {
        let versions: Vec<_> = packages.iter().filter(|(name, _)| name == single).collect();
        assert_eq!(versions.len(), 1, "{single}: {versions:?}");
    }
}

#[test]
fn the_binary_holds_no_test_code() {
    let packages = compiled(&["--package=trackhold"]);
    assert!(packages.iter().any(|(name, _)| name == "kernel"), "the listing is empty");
    let found: Vec<_> = packages.iter().filter(|(name, _)| name == "testkit" || name == "tests").collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn lock_files_name_no_host() {
    for source in tree::sources() {
        if source.path.ends_with("package-lock.json") {
            assert!(!source.text.contains("\"resolved\": \"http"), "{} has registry addresses", source.path);
        }
    }
}
