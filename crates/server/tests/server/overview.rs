//! What those see who run the instance, and nobody else.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::backups::places;
use crate::http::Client;
use crate::process::instance;

const PASSWORD: &str = "a long and unusual one";

#[test]
fn whoever_runs_the_instance_sees_its_backups_and_has_one_made() {
    let places = places();
    let (to, keys) = (places.backups.display().to_string(), places.keys.display().to_string());
    let instance = instance(&[("TRACKHOLD_BACKUP_TO", &to), ("TRACKHOLD_BACKUP_KEYRING_TO", &keys)]);
    let mut founder = Client::new(instance.address());
    let link = instance.first_run_link();
    let token = link.rsplit('/').next().unwrap();
    let account = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada", "workspace_name": "Engines",
        "setup_token": token });
    founder.post("/api/v1/auth/register", &account).expect(201);
    let overview = founder.get("/api/v1/superadmin/backups").expect(200);
    assert_eq!(overview["place"], to.as_str());
    assert_eq!(overview["keyring_place"], keys.as_str());
    assert_eq!(overview["warnings"], json!(["no_backup", "key_on_machine"]));
    assert_eq!(overview["backups"], json!([]));
    assert_eq!(founder.post("/api/v1/superadmin/backups", &Value::Null).status, 202);
    let overview = proven(&mut founder);
    let backup = &overview["backups"][0];
    assert_eq!((&backup["workspaces"], &backup["keyring_saved"]), (&json!(1), &json!(true)), "{backup}");
    let proof = &backup["certificate"];
    assert_eq!(proof["full"], true, "{backup}");
    assert_eq!(proof["signature"].as_str().unwrap().len(), 128, "{backup}");
    assert_eq!(overview["warnings"], json!(["key_on_machine"]));
    let page = founder.get("/superadmin/backups");
    assert_eq!(page.status, 200);
    assert!(page.text().contains(backup["id"].as_str().unwrap()), "{}", page.text());
    assert!(page.text().contains(proof["sha256"].as_str().unwrap()), "{}", page.text());

    // An admin of a workspace is not one of those who run the instance.
    let invited = founder
        .post("/api/v1/invitations", &json!({ "email": "grace@example.com", "role": "admin" }))
        .expect(201);
    let mut grace = Client::new(instance.address());
    let accepted = json!({ "token": invited["token"], "name": "Grace", "password": PASSWORD });
    grace.post("/api/v1/invitations/accept", &accepted).expect(201);
    grace
        .post("/api/v1/auth/login", &json!({ "email": "grace@example.com", "password": PASSWORD }))
        .expect(200);
    assert_eq!(grace.get("/api/v1/me").expect(200)["role"], "admin");
    assert_eq!(grace.get("/api/v1/superadmin/backups").status, 404);
    assert_eq!(grace.post("/api/v1/superadmin/backups", &Value::Null).status, 404);
    assert_eq!(grace.get("/superadmin/backups").status, 404);
    let own = grace.get("/members").text();
    assert!(!own.contains("/superadmin/"), "no way leads there");
    assert!(founder.get("/members").text().contains("/superadmin/backups"));
}

/// Once the backup that was asked for is made and checked.
fn proven(client: &mut Client) -> Value {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let overview = client.get("/api/v1/superadmin/backups").expect(200);
        assert_eq!(overview["last_error"], Value::Null, "{overview}");
        if overview["backups"][0]["certificate"].is_object() {
            return overview;
        }
        assert!(Instant::now() < deadline, "{overview}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
