//! What the server itself answers: probes, files, the first run.

use crate::http::Client;
use crate::process::instance;

#[test]
fn probes_answer_whatever_name_they_ask_by() {
    let instance = instance(&[]);
    let mut client = Client::new(instance.address());
    for path in ["/healthz", "/readyz"] {
        let answer = client.get(path);
        assert_eq!(answer.expect(200)["status"], "ok", "{path}");
    }
    assert_eq!(client.get("/nothing-here").status, 404);
}

#[test]
fn files_of_the_front_end_are_cached_for_ever_and_sent_small() {
    let instance = instance(&[]);
    let mut client = Client::new(instance.address());
    let page = client.get("/login");
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.text();
    let start = page.find("/assets/app-").expect("the page names its style");
    let path = page[start..].split('"').next().unwrap();

    let plain = client.get(path);
    assert_eq!(plain.status, 200);
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.header("x-content-type-options"), Some("nosniff"));
    let zipped = client.get_with(path, &[("accept-encoding", "br, gzip")]);
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    assert_eq!(zipped.header("vary"), Some("accept-encoding"));
    assert_eq!(zipped.body[..2], [0x1f, 0x8b]);
    assert!(zipped.body.len() * 2 < plain.body.len());
    assert_eq!(client.get("/assets/app-00000000.css").status, 404);
    assert_eq!(client.get("/assets/..%2f..%2fetc%2fpasswd").status, 404);
    assert_eq!(client.get("/favicon.ico").header("content-type"), Some("image/svg+xml"));
}

const CLAIM: [(&str, &str); 4] = [
    ("name", "Ada"),
    ("email", "ada@example.com"),
    ("password", "a long and unusual one"),
    ("workspace_name", "Engines"),
];

#[test]
fn the_first_run_link_makes_one_superadmin_once() {
    let mut instance = instance(&[]);
    let link = instance.first_run_link();
    assert!(
        instance.terminal().contains(&format!("Trackhold is at {}\n", instance.url())),
        "{}",
        instance.terminal()
    );
    let path = link.strip_prefix(&instance.url()).expect("the link is one of ours").to_owned();
    assert!(path.starts_with("/setup/"), "{path}");
    let mut client = Client::new(instance.address());
    assert_eq!(client.get("/setup/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").status, 404);
    assert_eq!(client.get(&path).status, 200);

    let claimed = client.post_form(&path, &CLAIM);
    assert_eq!(
        (claimed.status, claimed.header("location")),
        (303, Some("/setup/master-key")),
        "{}",
        claimed.text()
    );
    let key_page = client.get("/setup/master-key");
    assert_eq!(key_page.status, 200);
    let key = std::fs::read_to_string(instance.data().join("master.key")).unwrap();
    assert!(key_page.text().contains(&key.trim()[..8]), "the person is shown what to save");

    let mut other = Client::new(instance.address());
    assert_eq!(other.get(&path).status, 404);
    assert_eq!(other.post_form(&path, &CLAIM).status, 404);
    assert_eq!(other.get("/setup/master-key").status, 303, "nobody else sees the key");
    instance.restart();
    assert!(!instance.terminal().contains("/setup/"), "{}", instance.terminal());
    assert_eq!(other.get(&path).status, 404);
}

#[test]
fn registration_is_as_configured() {
    let person = serde_json::json!({
        "email": "ada@example.com", "password": "a long and unusual one", "name": "Ada", "workspace_name": "Engines"
    });
    for (setting, status) in [("open", 201), ("invite", 403), ("closed", 403)] {
        let instance = instance(&[("TRACKHOLD_REGISTRATION", setting)]);
        let answer = Client::new(instance.address()).post("/api/v1/auth/register", &person);
        assert_eq!(answer.status, status, "{setting}: {}", answer.text());
    }
}
