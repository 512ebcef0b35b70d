//! The process that the black-box suites look at, played by a stand-in: what is tested here is how it
//! is started, read and ended.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use testkit::{Engine, Instance, Log};

const STAND_IN: &str = r#"#!/usr/bin/env node
const at = (flag) => process.argv[process.argv.indexOf(flag) + 1];
const [host, port] = at("--listen").split(":");
require("fs").appendFileSync(at("--data") + "/starts", "x");
process.on("SIGTERM", () => process.exit(0));
require("http").createServer((request, response) => response.end(request.url)).listen(Number(port), host, () =>
  console.log(`serving http://localhost:${port}/\nfirst run: http://localhost:${port}/first-run/word ${process.env.TRACKHOLD_X}`));
"#;

#[test]
fn an_instance_starts_stops_and_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let binary = folder.path().join("trackhold");
    fs::write(&binary, STAND_IN).unwrap();
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
    let mut instance =
        Instance::start_binary(&binary, Engine::Embedded, &[("TRACKHOLD_X", "marked")], Log::Kept);
    assert_eq!(instance.first_run_link(), format!("{}/first-run/word", instance.url()));
    assert!(instance.terminal().contains("marked"), "{}", instance.terminal());
    assert_eq!(instance.stop(), Some(0));
    instance.restart();
    instance.kill();
    instance.restart();
    assert_eq!(fs::read(instance.data().join("starts")).unwrap(), b"xxx");

    let (process, data) = (format!("/proc/{}", instance.id()), instance.data().to_owned());
    assert!(Path::new(&process).exists());
    drop(instance);
    assert!(!Path::new(&process).exists() && !data.exists());
}
