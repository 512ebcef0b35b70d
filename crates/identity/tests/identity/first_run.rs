//! The first run, and who may register.

use serde_json::{Value, json};

use crate::both_engines;
use crate::world::{MASTER_KEY, PASSWORD};

fn account(email: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "name": "Ada Moreno", "workspace_name": "Northwind" })
}

fn with_token(email: &str, token: &str) -> Value {
    let mut body = account(email);
    body["setup_token"] = token.into();
    body
}

both_engines! {
    async fn the_link_makes_the_first_superadmin_once(world: Invite) {
        let mut nobody = world.client("192.0.2.1");
        assert_eq!(nobody.post("/auth/register", account("ada@example.com")).await.expect(403).code(), "registration_closed");
        let token = world.setup_token().await;
        nobody.get(&format!("/~/setup/{token}")).await.expect(200);
        nobody.get(&format!("/~/setup/{}x", &token[1..])).await.expect(404);
        let wrong = format!("{}x", &token[1..]);
        nobody.post("/auth/register", with_token("eve@example.com", &wrong)).await.expect(403);

        let reply = nobody.post("/auth/register", with_token("Ada@Example.com", &token)).await.expect(201).json();
        assert_eq!(reply["user"]["email"], "ada@example.com");
        assert_eq!(reply["user"]["superadmin"], true);
        let me = nobody.get("/me").await.expect(200).json();
        assert_eq!((me["role"].as_str(), me["permissions"]["security"].as_str()), (Some("admin"), Some("full")));

        let mut thief = world.client("192.0.2.2");
        thief.post("/auth/register", with_token("eve@example.com", &token)).await.expect(403);
        thief.get(&format!("/~/setup/{token}")).await.expect(404);
        assert!(world.identity.first_run_link().await.unwrap().is_none());
        world.verify(reply["workspace"]["id"].as_str().unwrap()).await;
    }

    async fn of_many_who_hold_the_link_one_wins(world: Invite) {
        let token = world.setup_token().await;
        let mut running = Vec::new();
        for number in 0..20 {
            let mut client = world.client("192.0.2.1");
            let body = with_token(&format!("user{number}@example.com"), &token);
            running.push(tokio::spawn(async move { client.post("/auth/register", body).await.status }));
        }
        let mut won = 0;
        for one in running {
            match one.await.unwrap() {
                201 => won += 1,
                403 | 503 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(won, 1);
    }

    async fn the_link_is_over_after_a_week(world: Invite) {
        let token = world.setup_token().await;
        world.later(7 * 24 * 3_600 - 1);
        let mut nobody = world.client("192.0.2.1");
        nobody.get(&format!("/~/setup/{token}")).await.expect(200);
        world.later(1);
        nobody.get(&format!("/~/setup/{token}")).await.expect(404);
        nobody.post("/auth/register", with_token("ada@example.com", &token)).await.expect(403);
        let token = world.setup_token().await;
        nobody.post("/auth/register", with_token("ada@example.com", &token)).await.expect(201);
    }

    async fn the_master_key_is_shown_until_it_is_saved(world: Invite) {
        let mut ada = world.founder().await;
        let mut grace = world.invited(&mut ada, "grace", "admin").await;
        grace.client.get("/~/setup/master-key").await.expect(404);
        let page = ada.client.get("/~/setup/master-key").await.expect(200);
        assert!(page.text.contains(MASTER_KEY) && page.header("cache-control").unwrap().contains("no-store"));
        ada.client.form("/~/setup/master-key", &[]).await.expect(422);
        // Ten minutes later the password is asked for again.
        world.later(601);
        assert_eq!(ada.client.get("/~/setup/master-key").await.expect(303).header("location"), Some("/sudo?next=/setup/master-key"));
        ada.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(204);
        ada.client.form("/~/setup/master-key", &[("saved", "on")]).await.expect(303);
        ada.client.get("/~/setup/master-key").await.expect(404);
        ada.client.form("/~/setup/master-key", &[("saved", "on")]).await.expect(404);
    }

    async fn open_registration_makes_no_superadmin_and_five_a_minute(world: Open) {
        assert!(world.identity.first_run_link().await.unwrap().is_none());
        let mut client = world.client("192.0.2.1");
        for number in 0..5 {
            let reply = client.post("/auth/register", account(&format!("user{number}@example.com"))).await.expect(201);
            assert_eq!(reply.json()["user"]["superadmin"], false);
        }
        let refused = client.post("/auth/register", account("user5@example.com")).await.expect(429);
        assert_eq!(refused.header("retry-after"), Some("60"));
        // No other process lets it in either.
        let mut elsewhere = world.another_process().await;
        elsewhere.ip = "192.0.2.1".into();
        elsewhere.post("/auth/register", account("user5@example.com")).await.expect(429);
        world.client("192.0.2.2").post("/auth/register", account("user6@example.com")).await.expect(201);
        world.later(61);
        client.post("/auth/register", account("user5@example.com")).await.expect(201);
    }

    async fn one_address_makes_one_account(world: Open) {
        world.client("192.0.2.1").post("/auth/register", account("ada@example.com")).await.expect(201);
        let mut client = world.client("192.0.2.2");
        for same in ["ada@example.com", "ADA@EXAMPLE.COM", " Ada@Example.Com "] {
            assert_eq!(client.post("/auth/register", account(same)).await.expect(409).code(), "email_taken");
        }
        // Letters that a mail server or a database may fold to others.
        for odd in ["ad\u{e1}@example.com", "\u{ff41}da@example.com", "ada@\u{212a}example.com", "ada\u{0}@example.com", "ada"] {
            let refused = client.post("/auth/register", account(odd)).await.expect(422).json();
            assert_eq!(refused["errors"][0]["pointer"], "/email", "{odd:?}");
        }
    }

    async fn wrong_fields_are_named_all_at_once(world: Open) {
        let mut client = world.client("192.0.2.1");
        let body = json!({ "email": "no", "password": PASSWORD, "name": " ", "workspace_name": "a\u{202e}b" });
        let refused = client.post("/auth/register", body).await.expect(422).json();
        let named: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
        assert_eq!(named, ["/email", "/name", "/workspace_name"]);
        for bad in ["short", "password1234", "northwind123", "ada@example.com", "twelve\u{0}chars!", &"x".repeat(257)] {
            let mut body = account("ada@example.com");
            body["password"] = bad.into();
            let refused = client.post("/auth/register", body).await.expect(422).json();
            assert_eq!(refused["errors"][0]["pointer"], "/password", "{bad:?}");
            world.later(61);
        }
    }

    async fn closed_is_closed_for_invitations_too(world: Closed) {
        let mut ada = world.founder().await;
        let token = ada.invite("grace@example.com", "viewer").await;
        let mut grace = world.client("192.0.2.2");
        let body = json!({ "token": token, "name": "Grace", "password": PASSWORD });
        assert_eq!(grace.post("/invitations/accept", body).await.expect(403).code(), "registration_closed");
    }
}
