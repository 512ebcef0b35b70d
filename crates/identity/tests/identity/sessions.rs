//! Sessions: how they end, and that every end counts at once.

use serde_json::json;
use web::Authenticate;

use crate::both_engines;
use crate::world::{PASSWORD, text};

both_engines! {
    async fn a_touched_or_unknown_token_is_nobody(world: Invite) {
        let mut ada = world.founder().await;
        let token = ada.client.cookie.clone().unwrap();
        ada.me().await.expect(200);
        let mut other = world.client("192.0.2.9");
        for place in [0, 20, 42] {
            let mut letters: Vec<char> = token.chars().collect();
            letters[place] = if letters[place] == 'A' { 'B' } else { 'A' };
            other.cookie = Some(letters.into_iter().collect());
            other.get("/me").await.expect(401);
        }
        for odd in ["", "x", &token[1..], &format!("{token}="), &format!("{token}{token}")] {
            other.cookie = Some(odd.to_owned());
            other.get("/me").await.expect(401);
        }
        other.cookie = None;
        other.get("/me").await.expect(401);
    }

    async fn signing_out_is_on_the_server(world: Invite) {
        let mut ada = world.founder().await;
        let mut copy = ada.client.clone();
        copy.get("/me").await.expect(200);
        let reply = ada.client.post("/auth/logout", json!({})).await.expect(204);
        assert!(reply.header("set-cookie").unwrap().contains("Max-Age=0"));
        copy.get("/me").await.expect(401);
    }

    /// What it is remembered for is that the limit on its address need not be asked first.
    async fn an_ended_session_is_not_remembered(world: Invite) {
        let mut ada = world.founder().await;
        ada.me().await.expect(200);
        let token = ada.client.cookie.clone().unwrap();
        assert!(world.identity.remembers(&token));
        let mut here = ada.client.clone();
        // On PostgreSQL another process may end it, and this one learns of it when it is asked.
        let mut there = if world.store.is_embedded() { here.clone() } else { world.another_process().await };
        there.cookie = Some(token.clone());
        there.post("/auth/logout", json!({})).await.expect(204);
        here.get("/me").await.expect(401);
        assert!(!world.identity.remembers(&token));
    }

    async fn a_week_unused_or_a_month_old_is_over(world: Invite) {
        let day = 24 * 3_600;
        let _ada = world.founder().await;
        let mut idle = world.signed_in("ada@example.com").await;
        let mut used = world.signed_in("ada@example.com").await;
        for _ in 1..=29 {
            world.later(day);
            used.me().await.expect(200);
            // The time is written behind the answer; the next day comes when it is there.
            let today = web::time::rfc3339(world.clock.now());
            loop {
                let listed = used.client.get("/me/sessions").await.expect(200).json();
                let all = listed["data"].as_array().unwrap().clone();
                if all.iter().any(|session| session["current"] == true && session["last_seen_at"] == today.as_str()) {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        idle.me().await.expect(401);
        world.later(day);
        used.me().await.expect(401);
    }

    async fn one_ends_ones_own_sessions_and_nobody_elses(world: Invite) {
        let mut ada = world.founder().await;
        let mut grace = world.invited(&mut ada, "grace", "admin").await;
        let mut second = world.signed_in("ada@example.com").await;
        let listed = ada.client.get("/me/sessions").await.expect(200).json();
        let all = listed["data"].as_array().unwrap();
        assert_eq!(all.len(), 2);
        let other = text(&all.iter().find(|session| session["current"] == false).unwrap()["id"]);
        grace.client.delete(&format!("/me/sessions/{other}")).await.expect(404);
        second.me().await.expect(200);
        ada.client.delete(&format!("/me/sessions/{other}")).await.expect(204);
        second.me().await.expect(401);
        ada.client.delete(&format!("/me/sessions/{other}")).await.expect(404);
        ada.client.delete("/me/sessions/nonsense").await.expect(404);
        let mut third = world.signed_in("ada@example.com").await;
        third.client.post("/me/revoke-all", json!({})).await.expect(204);
        ada.me().await.expect(401);
        third.me().await.expect(401);
        grace.me().await.expect(200);
    }

    async fn a_new_password_ends_all_others_and_keeps_this_one(world: Invite) {
        let mut ada = world.founder().await;
        let mut other = world.signed_in("ada@example.com").await;
        other.me().await.expect(200);
        let mut old = ada.client.clone();
        let new = "an orchard behind the mill";
        let wrong = json!({ "current_password": "not the password", "new_password": new });
        ada.client.post("/me/password", wrong).await.expect(401);
        other.me().await.expect(200);
        let weak = json!({ "current_password": PASSWORD, "new_password": "password1234" });
        let refused = ada.client.post("/me/password", weak).await.expect(422).json();
        assert_eq!(refused["errors"][0]["pointer"], "/new_password");
        ada.client.post("/me/password", json!({ "current_password": PASSWORD, "new_password": new })).await.expect(204);
        other.me().await.expect(401);
        old.get("/me").await.expect(401);
        ada.me().await.expect(200);
        let login = |password: &str| json!({ "email": "ada@example.com", "password": password });
        let mut client = world.client("198.51.100.1");
        client.post("/auth/login", login(PASSWORD)).await.expect(401);
        client.post("/auth/login", login(new)).await.expect(200);
    }

    async fn switching_is_another_token_and_only_to_ones_own(world: Open) {
        let register = |name: &str| json!({ "email": format!("{name}@example.com"), "password": PASSWORD, "name": name, "workspace_name": name });
        let mut ada = world.client("192.0.2.1");
        ada.post("/auth/register", register("ada")).await.expect(201);
        let mut eve = world.client("192.0.2.1");
        let foreign = text(&eve.post("/auth/register", register("eve")).await.expect(201).json()["workspace"]["id"]);
        let made = ada.post("/workspaces", json!({ "name": "Second" })).await.expect(201).json();
        let second = text(&made["id"]);
        assert_eq!(ada.get("/workspaces").await.expect(200).json()["data"].as_array().unwrap().len(), 2);
        for other in [foreign.as_str(), "ws_01jd3k00000000000000000000"] {
            ada.post("/session/workspace", json!({ "workspace_id": other })).await.expect(404);
        }
        let mut before = ada.clone();
        ada.post("/session/workspace", json!({ "workspace_id": second })).await.expect(200);
        before.get("/me").await.expect(401);
        let me = ada.get("/me").await.expect(200).json();
        assert_eq!((text(&me["workspace"]["id"]), text(&me["role"])), (second.clone(), "admin".into()));
        ada.patch("/workspace", json!({ "name": "Renamed" })).await.expect(200);
        assert_eq!(ada.get("/workspace").await.expect(200).json()["name"], "Renamed");
        world.verify(&second).await;
        assert!(world.log(&second).await.contains(&"workspace.updated".to_owned()));
    }

    async fn changes_of_security_want_a_fresh_password(world: Invite) {
        let mut ada = world.founder().await;
        let body = json!({ "email": "grace@example.com", "role": "viewer" });
        world.later(601);
        assert_eq!(ada.client.post("/invitations", body.clone()).await.expect(403).code(), "sudo_required");
        ada.client.post("/me/sudo", json!({ "password": "not the password" })).await.expect(401);
        ada.client.post("/invitations", body.clone()).await.expect(403);
        ada.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(204);
        ada.client.post("/invitations", body).await.expect(201);
        let log = world.log(&ada.workspace().await).await;
        assert_eq!(log.iter().filter(|action| *action == "session.elevated").count(), 1, "{log:?}");
    }

    async fn signing_in_again_ends_the_browsers_session_on_record(world: Invite) {
        let mut ada = world.founder().await;
        let mut old = ada.client.clone();
        ada.client.post("/auth/login", json!({ "email": "ada@example.com", "password": PASSWORD })).await.expect(200);
        old.get("/me").await.expect(401);
        ada.me().await.expect(200);
        let log = world.log(&ada.workspace().await).await;
        assert_eq!(log.iter().filter(|action| *action == "session.ended").count(), 1, "{log:?}");
    }

    async fn nobody_keeps_more_than_a_hundred(world: Invite) {
        let mut ada = world.founder().await;
        ada.me().await.expect(200);
        for _ in 0..101 {
            world.later(1);
            world.signed_in("ada@example.com").await;
        }
        let mut last = world.signed_in("ada@example.com").await;
        let all = last.client.get("/me/sessions?limit=1000").await.expect(200).json()["data"].clone();
        assert_eq!(all.as_array().unwrap().len(), 100);
        let half = last.client.get("/me/sessions").await.expect(200).json();
        let cursor = text(&half["next_cursor"]);
        let rest = last.client.get(&format!("/me/sessions?cursor={cursor}")).await.expect(200).json();
        assert_eq!((half["data"].as_array().unwrap().len(), &rest["next_cursor"]), (50, &serde_json::Value::Null));
        assert_eq!((&all[49], &all[50], &all[99]), (&half["data"][49], &rest["data"][0], &rest["data"][49]));
        ada.me().await.expect(401);
        let log = world.log(&last.workspace().await).await;
        assert_eq!(log.iter().filter(|action| *action == "session.ended").count(), 3, "{log:?}");
    }

    async fn a_new_name_is_known_in_all_ones_workspaces(world: Invite) {
        let mut ada = world.founder().await;
        let first = ada.workspace().await;
        let second = text(&ada.client.post("/workspaces", json!({ "name": "Second" })).await.expect(201).json()["id"]);
        ada.client.patch("/me", json!({ "name": "Ada Lindqvist", "time_zone": "Europe/Lisbon" })).await.expect(200);
        ada.client.patch("/me", json!({ "time_zone": "Moon/Crater" })).await.expect(422);
        for place in [first, second] {
            ada.client.post("/session/workspace", json!({ "workspace_id": place })).await.expect(200);
            assert_eq!(ada.client.get("/people").await.expect(200).json()["data"][0]["name"], "Ada Lindqvist");
            world.verify(&place).await;
        }
    }
}
