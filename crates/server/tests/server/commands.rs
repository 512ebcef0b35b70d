//! Commands, with a server at work on the same data and without one.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde_json::{Value, json};
use testkit::{Engine, Instance, Log};

use crate::http::Client;
use crate::master_keys::made;
use crate::process::{BINARY, Ended, KEY, instance, run, run_with_input, trackhold};

pub const PASSWORD: &str = "a long and unusual one";

pub fn create(data: &Path, email: &str, more: &[&str]) -> Ended {
    let data = data.to_str().unwrap();
    let arguments =
        ["user", "create", "--data", data, "--email", email, "--name", "Grace", "--password-stdin", "--json"];
    let mut command = trackhold(Path::new("/"), &arguments);
    run_with_input(command.args(more), &format!("{PASSWORD}\n"))
}

pub fn login(address: std::net::SocketAddr, email: &str, password: &str) -> u16 {
    let body = json!({"email": email, "password": password});
    Client::new(address).post("/api/v1/auth/login", &body).status
}

pub fn said(ended: &Ended) -> Value {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    serde_json::from_str(&ended.out).unwrap_or_else(|_| panic!("not JSON: {ended:?}"))
}

#[test]
fn an_account_is_made_while_a_server_runs_and_while_none_does() {
    let mut instance = instance(&[]);
    let ended = create(instance.data(), "grace@example.com", &["--workspace", "Compilers"]);
    assert!(said(&ended)["workspace"]["id"].as_str().unwrap().starts_with("ws_"), "{ended:?}");
    assert_eq!(login(instance.address(), "grace@example.com", PASSWORD), 200);
    let twice = create(instance.data(), "grace@example.com", &["--workspace", "Compilers"]);
    assert!(twice.code == Some(1) && twice.err.contains("error"), "{twice:?}");
    assert_eq!(instance.stop(), Some(0));

    let ended = create(instance.data(), "jean@example.com", &["--workspace", "Ordnance", "--superadmin"]);
    assert!(said(&ended)["user"]["id"].as_str().unwrap().starts_with("user_"), "{ended:?}");
    instance.restart();
    assert_eq!(login(instance.address(), "jean@example.com", PASSWORD), 200);
    assert!(
        !instance.terminal().contains("/setup/"),
        "there is a superadmin already: {}",
        instance.terminal()
    );
}

#[test]
fn somebody_is_let_back_in() {
    let mut instance = instance(&[]);
    said(&create(instance.data(), "grace@example.com", &["--workspace", "Compilers"]));
    let data = instance.data().to_str().unwrap().to_owned();
    let recover = |email: &str| {
        run(&mut trackhold(Path::new("/"), &["user", "recover", "--data", &data, "--email", email, "--json"]))
    };
    let link = said(&recover("grace@example.com"))["link"].as_str().unwrap().to_owned();
    assert!(link.starts_with(&instance.url()), "{link}");
    let token = link.rsplit('/').next().unwrap();
    let body = json!({"token": token, "password": "another long and unusual one"});
    let mut client = Client::new(instance.address());
    assert_eq!(client.post("/api/v1/auth/reset", &body).status, 204);
    assert_eq!(client.post("/api/v1/auth/reset", &body).status, 404, "once");
    assert_eq!(login(instance.address(), "grace@example.com", PASSWORD), 401);
    assert_eq!(login(instance.address(), "grace@example.com", "another long and unusual one"), 200);
    let nobody = recover("nobody@example.com");
    assert_eq!(nobody.code, Some(1), "{nobody:?}");
    assert_eq!(instance.stop(), Some(0));
    assert!(said(&recover("grace@example.com"))["link"].is_string(), "without a server as well");
}

#[test]
fn the_audit_log_is_checked() {
    let mut instance = instance(&[]);
    let made = said(&create(instance.data(), "grace@example.com", &["--workspace", "Compilers"]));
    let workspace = made["workspace"]["id"].as_str().unwrap();
    let data = instance.data().to_str().unwrap().to_owned();
    let verify =
        |more: &[&str]| run(trackhold(Path::new("/"), &["audit", "verify", "--data", &data]).args(more));
    for with_a_server in [true, false] {
        if !with_a_server {
            assert_eq!(instance.stop(), Some(0));
        }
        let all = said(&verify(&["--json"]));
        assert_eq!(all["whole"], true, "{all}");
        assert_eq!(all["chains"].as_array().unwrap().len(), 2, "{all}");
        assert!(all["chains"][1]["records"].as_i64().unwrap() > 0, "{all}");
        let one = said(&verify(&["--json", "--workspace", workspace]));
        assert_eq!(one["chains"][0]["workspace"], workspace);
        let text = verify(&[]);
        assert!(
            text.out.contains("instance: whole") && text.out.contains(&format!("{workspace}: whole")),
            "{text:?}"
        );
        let foreign = verify(&["--workspace", "ws_00000000000000000000000000"]);
        assert_eq!(foreign.code, Some(1), "{foreign:?}");
    }
}

#[test]
fn a_command_makes_no_data_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["audit", "verify"][..], &["user", "recover", "--email", "a@example.com"]] {
        let ended = run(trackhold(folder.path(), arguments).env("TRACKHOLD_MASTER_KEY", KEY));
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.err.contains("there is no Trackhold data in trackhold-data"), "{ended:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_bad_account_is_refused_and_not_half_made() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    for (email, password) in [("not an address", PASSWORD), ("b@example.com", "short"), ("b@example.com", "")]
    {
        let arguments =
            ["user", "create", "--data", "data", "--email", email, "--name", "B", "--password-stdin"];
        let mut command = trackhold(folder.path(), &arguments);
        let ended = run_with_input(command.env("TRACKHOLD_MASTER_KEY", KEY), &format!("{password}\n"));
        assert!(matches!(ended.code, Some(1 | 2)) && !ended.err.is_empty(), "{email} {password}: {ended:?}");
        assert!(!ended.err.contains(PASSWORD), "{ended:?}");
    }
}

#[test]
fn the_socket_is_closed_to_others_and_to_nonsense() {
    let instance = instance(&[]);
    let path = instance.data().join("admin.sock");
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    let ask = |question: &[u8]| {
        let mut stream = UnixStream::connect(&path).unwrap();
        // The server hangs up on what is too long.
        let _ = stream.write_all(question).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
        let mut answer = String::new();
        let _ = BufReader::new(stream).read_line(&mut answer);
        answer
    };
    for nonsense in [
        &b"\n"[..],
        b"{}\n",
        b"hello\n",
        b"{\"command\":\"drop_everything\"}\n",
        b"{\"command\":\"recover_user\",\"email\":\"a@example.com\",\"more\":1}\n",
        b"{\"command\":\"recover_user\"",
    ] {
        let answer = ask(nonsense);
        assert!(answer.starts_with("{\"refused\":"), "{answer:?}");
    }
    let long = format!("{{\"command\":\"recover_user\",\"email\":\"{}\"}}\n", "a".repeat(1 << 20));
    let answer = ask(long.as_bytes());
    assert!(answer.is_empty() || answer.contains("not one that this server knows"), "{answer:?}");
    let whole = ask(b"{\"command\":\"verify_audit\",\"workspace\":null}\n");
    assert!(whole.starts_with("{\"done\":"), "{whole:?}");
}

#[test]
fn a_killed_servers_socket_is_no_obstacle() {
    let mut instance = instance(&[]);
    instance.kill();
    assert!(instance.data().join("admin.sock").exists());
    said(&create(instance.data(), "grace@example.com", &[]));
    instance.restart();
    said(&create(instance.data(), "jean@example.com", &[]));
}

#[test]
fn on_postgresql_commands_need_no_server() {
    let instance = Instance::start_binary(
        Path::new(BINARY),
        Engine::Postgres,
        &[("TRACKHOLD_MASTER_KEY", KEY)],
        Log::Kept,
    );
    let database = instance.database().unwrap();
    let arguments = [
        "user",
        "create",
        "--email",
        "grace@example.com",
        "--name",
        "G",
        "--password-stdin",
        "--workspace",
        "W",
        "--json",
    ];
    let mut command = trackhold(Path::new("/"), &arguments);
    command.env("TRACKHOLD_MASTER_KEY", KEY).env("TRACKHOLD_DATABASE_URL", &database.serve_url);
    said(&run_with_input(&mut command, &format!("{PASSWORD}\n")));
    assert_eq!(login(instance.address(), "grace@example.com", PASSWORD), 200);
    let mut verify = trackhold(Path::new("/"), &["audit", "verify", "--json"]);
    verify.env("TRACKHOLD_MASTER_KEY", KEY).env("TRACKHOLD_DATABASE_URL", &database.serve_url);
    assert_eq!(said(&run(&mut verify))["whole"], true);
    assert!(!instance.data().join("control.db").exists());

    rewrite_history(&database.superuser_url);
    let ended = run(&mut verify);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let found: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(
        (&found["whole"], &found["chains"][1]["broken"]["record"]),
        (&json!(false), &json!(1)),
        "{found}"
    );
    assert_eq!(found["chains"][0]["broken"], Value::Null, "{found}");
    let mut verify = trackhold(Path::new("/"), &["audit", "verify"]);
    verify.env("TRACKHOLD_MASTER_KEY", KEY).env("TRACKHOLD_DATABASE_URL", &database.serve_url);
    let ended = run(&mut verify);
    assert!(ended.code == Some(1) && ended.out.contains(": BROKEN at record 1: was changed"), "{ended:?}");
}

/// What somebody with all rights on the database would do.
fn rewrite_history(url: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let change = "UPDATE tenant.audit_records SET action = 'nothing.happened' WHERE seq = 1";
        assert_eq!(client.execute(change, &[]).await.unwrap(), 1);
    });
}
