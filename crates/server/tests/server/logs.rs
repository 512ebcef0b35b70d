//! One record an event, whatever a client sends; and nothing in it that opens a door.

use serde_json::{Value, json};

use crate::http::Client;
use crate::process::instance;

const PASSWORD: &str = "a long and unusual one";

#[test]
fn the_log_of_a_server_is_json_without_secrets() {
    let mut instance = instance(&[("TRACKHOLD_LOG_FORMAT", "json"), ("TRACKHOLD_LOG_LEVEL", "trace")]);
    let link = instance.first_run_link();
    let token = link.rsplit('/').next().unwrap().to_owned();
    let mut client = Client::new(instance.address());
    let forged = "/%0d%0a%7b%22level%22:%22ERROR%22%7d%1b[31m";
    client.get_with(forged, &[("user-agent", "Mozilla\t\u{2028}\u{202e}{\"level\":\"ERROR\"}")]);
    client.get(&format!("/setup/{token}"));
    client.get(&format!("/login?next=/{token}"));
    let guess = json!({"email": "ada@example.com", "password": PASSWORD, "totp_code": "123456"});
    client.post("/api/v1/auth/login", &guess);
    client.post(
        "/api/v1/auth/login",
        &json!({"email": "ada@example.com", "password": PASSWORD, "more": PASSWORD}),
    );
    let claim = [
        ("name", "Ada"),
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("workspace_name", "Engines"),
    ];
    assert_eq!(client.post_form(&format!("/setup/{token}"), &claim).status, 303);
    let cookie = client.cookie().expect("a session").to_owned();
    client.get("/setup/master-key");
    client.get("/projects");
    let key = std::fs::read_to_string(instance.data().join("master.key")).unwrap();
    assert_eq!(instance.stop(), Some(0));

    let terminal = instance.terminal();
    let (records, announced): (Vec<&str>, Vec<&str>) =
        terminal.lines().partition(|line| line.starts_with('{'));
    assert!(records.len() > 8, "{terminal}");
    for line in &records {
        let record: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        assert!(record["timestamp"].is_string() && record["level"].is_string(), "{line}");
        assert_ne!(record["level"], "ERROR", "{line}");
    }
    assert_eq!(announced.len(), 2, "only the address and the link: {announced:?}");
    let (_, secret) = cookie.split_once('=').unwrap();
    for secret in [PASSWORD, &token, key.trim(), secret] {
        assert!(!records.iter().any(|line| line.contains(secret)), "{secret} is in the log:\n{terminal}");
    }
}
