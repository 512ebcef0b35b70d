//! The operator's commands: making somebody, and letting somebody back in.

use identity::commands::{create_user, recover_user};
use kernel::crypto::SecretText;
use serde_json::json;

use crate::both_engines;
use crate::world::{PASSWORD, World, text};

async fn link(world: &World) -> String {
    let link = recover_user(&world.identity, "Ada@example.com").await.unwrap();
    text(&link["link"]).rsplit('/').next().unwrap().to_owned()
}

both_engines! {
    async fn a_recovery_link_sets_a_password_once_and_ends_all_sessions(world: Invite) {
        let mut ada = world.founder().await;
        let new = "an orchard behind the mill";
        let mut client = world.client("192.0.2.2");
        let replaced = link(world).await;
        let token = link(world).await;
        client.post("/auth/reset", json!({ "token": replaced, "password": new })).await.expect(404);
        client.get(&format!("/~/recover/{token}")).await.expect(200);
        client.post("/auth/reset", json!({ "token": token, "password": "password1234" })).await.expect(422);
        ada.me().await.expect(200);
        client.post("/auth/reset", json!({ "token": token, "password": new })).await.expect(204);
        assert!(client.cookie.is_none());
        ada.me().await.expect(401);
        client.post("/auth/reset", json!({ "token": token, "password": new })).await.expect(404);
        client.get(&format!("/~/recover/{token}")).await.expect(404);
        client.post("/auth/login", json!({ "email": "ada@example.com", "password": PASSWORD })).await.expect(401);
        client.post("/auth/login", json!({ "email": "ada@example.com", "password": new })).await.expect(200);
        assert_eq!(client.get("/me").await.expect(200).json()["role"], "admin");
        world.verify(&text(&client.get("/me").await.json()["workspace"]["id"])).await;
    }

    async fn of_many_who_hold_a_link_one_sets_the_password(world: Invite) {
        world.founder().await;
        let token = link(world).await;
        let password = |number: usize| format!("an orchard behind mill number {number}");
        let mut running = Vec::new();
        for number in 0..10 {
            let mut client = world.client("192.0.2.2");
            let body = json!({ "token": token, "password": password(number) });
            running.push(tokio::spawn(async move { client.post("/auth/reset", body).await.status }));
        }
        let mut set = Vec::new();
        for (number, one) in running.into_iter().enumerate() {
            match one.await.unwrap() {
                204 => set.push(number),
                404 | 503 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(set.len(), 1);
        for number in [set[0], (set[0] + 1) % 10] {
            let status = if number == set[0] { 200 } else { 401 };
            let body = json!({ "email": "ada@example.com", "password": password(number) });
            world.client("192.0.2.3").post("/auth/login", body).await.expect(status);
        }
    }

    async fn a_recovery_link_is_over_after_half_an_hour_or_a_new_password(world: Invite) {
        let mut ada = world.founder().await;
        let late = link(world).await;
        world.later(30 * 60);
        let mut client = world.client("192.0.2.2");
        client.post("/auth/reset", json!({ "token": late, "password": "an orchard behind the mill" })).await.expect(404);
        let unused = link(world).await;
        let change = json!({ "current_password": PASSWORD, "new_password": "an orchard behind the mill" });
        ada.client.post("/me/password", change).await.expect(204);
        client.post("/auth/reset", json!({ "token": unused, "password": "the words of somebody else" })).await.expect(404);
        assert!(recover_user(&world.identity, "nobody@example.com").await.is_err());
    }

    async fn the_operator_makes_people(world: Invite) {
        let token = world.setup_token().await;
        let secret = || SecretText::new(PASSWORD.into());
        let made = create_user(&world.identity, "Ada@example.com", "Ada", secret(), true, None).await.unwrap();
        let workspace = text(&made["workspace"]["id"]);
        assert_eq!(made["workspace"]["role"], "admin");
        world.client("192.0.2.2").get(&format!("/~/setup/{token}")).await.expect(404);
        let mut ada = world.signed_in("ada@example.com").await;
        assert_eq!(ada.me().await.expect(200).json()["user"]["superadmin"], true);
        let joined = create_user(&world.identity, "bea@example.com", "Bea", secret(), false, Some(&workspace)).await.unwrap();
        assert_eq!((text(&joined["workspace"]["id"]), text(&joined["workspace"]["role"])), (workspace.clone(), "viewer".into()));
        let named = create_user(&world.identity, "cleo@example.com", "Cleo", secret(), false, Some("Ada")).await.unwrap();
        assert_eq!(text(&named["workspace"]["id"]), workspace);
        assert!(create_user(&world.identity, "ADA@example.com", "Ada", secret(), false, None).await.is_err());
        assert!(create_user(&world.identity, "dora@example.com", "Dora", SecretText::new("short".into()), false, None).await.is_err());
        assert_eq!(ada.client.get("/members").await.expect(200).json()["data"].as_array().unwrap().len(), 3);
        world.verify(&workspace).await;
    }
}
