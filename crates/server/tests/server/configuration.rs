//! What is wrong is said with its place, and nothing starts.

use std::fs;
use std::net::TcpListener;

use crate::process::{run, trackhold};

/// Arguments, environment, file, and what the message begins with.
type Case = (&'static [&'static str], &'static [(&'static str, &'static str)], &'static str, &'static str);

const WRONG: &[Case] = &[
    (&["--listen", "8080"], &[], "", "--listen: \"8080\" is not an address and port"),
    (&["--listen", "127.0.0.1:99999"], &[], "", "--listen: "),
    (
        &["--registration", "everybody"],
        &[],
        "",
        "--registration: \"everybody\" is none of open, invite, closed",
    ),
    (&["--public-url", "https://a.b/c"], &[], "", "--public-url: "),
    (&["--behind-proxy", "10.0.0.0/40"], &[], "", "--behind-proxy: "),
    (&["--behind-proxy", "0.0.0.0/0"], &[], "", "--behind-proxy: \"0.0.0.0/0\" is everybody"),
    (&["--database-url", "mysql://root:hunter2@h/d"], &[], "", "--database-url: must begin with postgres://"),
    (&["--migrate-url", "postgres://h/d"], &[], "", "--migrate-url: does nothing without a database URL"),
    (&["--log-format", "xml"], &[], "", "--log-format: \"xml\" is none of auto, human, json"),
    (&[], &[("TRACKHOLD_LISTEN", "here")], "", "TRACKHOLD_LISTEN: "),
    (&[], &[("TRACKHOLD_REGISTRATION", "Open")], "", "TRACKHOLD_REGISTRATION: "),
    (&[], &[("TRACKHOLD_RATE_PER_MINUTE", "-1")], "", "TRACKHOLD_RATE_PER_MINUTE: "),
    (&[], &[("TRACKHOLD_OPEN_WORKSPACES", "0")], "", "TRACKHOLD_OPEN_WORKSPACES: "),
    (&[], &[("TRACKHOLD_LOG_LEVEL", "loud")], "", "TRACKHOLD_LOG_LEVEL: "),
    (&[], &[("TRACKHOLD_DATABASE_URL", "postgres://h/d")], "", "PostgreSQL needs the master key"),
    (&[], &[], "# ours\n\nlisten = \"nowhere\"\n", "t.toml, line 3, listen: \"nowhere\" is not an address"),
    (
        &[],
        &[],
        "listen = \"127.0.0.1:1\"\nregistration = 1\n",
        "t.toml, line 2, registration: must be a text",
    ),
    (
        &[],
        &[],
        "\nrate_per_minutes = 5\n",
        "t.toml, line 2, rate_per_minutes: is not a setting; did you mean rate_per_minute?",
    ),
    (&[], &[], "rate_per_minute = -5\n", "t.toml, line 1, rate_per_minute: \"-5\" is not a whole number"),
    (
        &[],
        &[],
        "behind_proxy = [\n  \"10.0.0.0/8\",\n  \"x\",\n]\n",
        "t.toml, line 1, behind_proxy: \"x\" is not a network",
    ),
    (&[], &[], "master_key = \"00\"\n", "t.toml, line 1, master_key: is not a setting"),
    (&[], &[], "listen = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"\n", "t.toml, line 2: "),
    (&[], &[], "a = [\n", "t.toml, line "),
    (
        &["--listen", "0.0.0.0:0"],
        &[],
        "",
        "0.0.0.0:0 is not a loopback address, and Trackhold serves plain HTTP",
    ),
    (&[], &[("TRACKHOLD_LISTEN", "[::]:0")], "", "[::]:0 is not a loopback address"),
    (&[], &[], "listen = \"192.0.2.1:0\"\n", "192.0.2.1:0 is not a loopback address"),
];

#[test]
fn every_mistake_names_its_place_and_starts_nothing() {
    for (arguments, environment, file, message) in WRONG {
        let folder = tempfile::tempdir().unwrap();
        let mut command = trackhold(folder.path(), &["serve"]);
        if !file.is_empty() {
            fs::write(folder.path().join("t.toml"), file).unwrap();
            command.args(["--config", "t.toml"]);
        }
        let ended = run(command.args(*arguments).envs(environment.iter().copied()));
        let case = format!("{arguments:?} {environment:?} {file:?}: {ended:?}");
        assert_eq!(ended.code, Some(2), "{case}");
        assert!(ended.err.starts_with(&format!("trackhold: {message}")), "{case}");
        assert!(!ended.err.contains("hunter2") && ended.out.is_empty(), "{case}");
        assert!(!folder.path().join("trackhold-data").exists(), "{case}");
    }
}

#[test]
fn wrong_use_ends_with_2_and_help_with_0() {
    let folder = tempfile::tempdir().unwrap();
    let call = |arguments: &[&str]| run(&mut trackhold(folder.path(), arguments));
    for arguments in [
        &["serve", "--lisen", "x"][..],
        &["fly"],
        &["serve", "more"],
        &["--config"],
        &["user", "create", "--email", "a@example.com", "--name", "A"],
        &["audit", "verify", "--workspace", "not-an-id"],
        &["serve", "--config", "missing.toml"],
    ] {
        let ended = call(arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?} {ended:?}");
        assert!(!ended.err.is_empty() && ended.out.is_empty(), "{arguments:?} {ended:?}");
    }
    let help = call(&["--help"]);
    assert_eq!(help.code, Some(0));
    for word in ["serve", "user", "audit", "--data", "--listen", "TRACKHOLD_MASTER_KEY", "Exit codes"] {
        assert!(help.out.contains(word), "{word} is not in:\n{}", help.out);
    }
    let version = call(&["--version"]);
    assert_eq!((version.code, version.out), (Some(0), format!("trackhold {}\n", env!("CARGO_PKG_VERSION"))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_mistake_is_json_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(&mut trackhold(folder.path(), &["serve", "--json", "--listen", "x"]));
    let said: serde_json::Value = serde_json::from_str(&ended.err).unwrap();
    assert!(said["error"].as_str().unwrap().starts_with("--listen: "), "{said}");
}

#[test]
fn a_port_in_use_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = run(&mut trackhold(folder.path(), &["serve", "--listen", &address]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains(&format!("{address} is in use")), "{ended:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made before the port is ours");
}
