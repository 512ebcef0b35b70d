//! What is known of a password outside of the moment in which it is checked: nothing.

use serde_json::json;

use crate::both_engines;
use crate::world::PASSWORD;

both_engines! {
    async fn no_answer_and_no_log_holds_a_secret(world: Invite) {
        let mut ada = world.founder().await;
        let cookie = ada.client.cookie.clone().unwrap();
        let workspace = ada.workspace().await;
        let mut answers = String::new();
        for path in ["/me", "/me/sessions", "/members", "/people", "/invitations", "/workspaces", "/workspace", "/~/account", "/~/members"] {
            answers.push_str(&ada.client.get(path).await.expect(200).text);
        }
        for secret in [PASSWORD, cookie.as_str(), "$2b$", "password_hash", "token_hash"] {
            assert!(!answers.contains(secret), "{secret}");
        }
        let door = world.store.system_tenant(workspace.parse().unwrap(), kernel::access::Actor::system());
        let records = door.read(async |tx: &mut store::TenantTx| tx.audit_records(0, 1_000).await).await.unwrap();
        let text = format!("{records:?}");
        assert!(!text.contains(PASSWORD) && !text.contains(&cookie));
    }

    async fn long_passwords_differ_behind_their_72nd_byte(world: Open) {
        let long = "vexing quartz jockeys ".repeat(5);
        let register = json!({ "email": "ada@example.com", "password": format!("{long}A"), "name": "Ada", "workspace_name": "W" });
        let mut client = world.client("192.0.2.1");
        client.post("/auth/register", register).await.expect(201);
        let login = |password: String| json!({ "email": "ada@example.com", "password": password });
        client.post("/auth/login", login(format!("{long}B"))).await.expect(401);
        client.post("/auth/login", login(long.clone())).await.expect(401);
        client.post("/auth/login", login(format!("{long}A"))).await.expect(200);
    }
}
