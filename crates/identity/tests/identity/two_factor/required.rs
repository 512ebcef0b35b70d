//! A workspace that asks for a second factor of all its members.

use serde_json::{Value, json};

use super::{factor, reset, said, set_up};
use crate::both_engines;
use crate::client::Client;
use crate::streams::{begun, ends, invite};
use crate::world::{PASSWORD, text};

/// What an admin reads of a workspace.
const PATHS: [&str; 4] = ["/workspace", "/members", "/people", "/invitations"];

async fn reads(client: &mut Client) -> Vec<String> {
    let mut all = Vec::new();
    for path in PATHS {
        all.push(said(&client.get(path).await));
    }
    all
}

fn policy(required: bool) -> Value {
    json!({ "require_2fa": required })
}

both_engines! {
    async fn an_admin_who_has_one_can_ask_it_of_all(world: Invite) {
        let mut ada = world.founder().await;
        let mut mark = world.invited(&mut ada, "mark", "manager").await;
        assert_eq!(said(&mark.client.patch("/workspace", policy(true)).await), "403 forbidden");
        assert_eq!(said(&ada.client.patch("/workspace", policy(true)).await), "409 two_factor_off");
        assert_eq!(ada.client.get("/workspace").await.expect(200).json()["require_2fa"], false);
        set_up(world, &mut ada.client).await;
        world.later(601);
        assert_eq!(said(&ada.client.patch("/workspace", policy(true)).await), "403 sudo_required");
        ada.client.patch("/workspace", json!({ "name": "Northwind Ltd" })).await.expect(200);
        assert_eq!(ada.client.get("/workspace").await.expect(200).json()["require_2fa"], false);
        ada.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(204);
        let changed = ada.client.patch("/workspace", policy(true)).await.expect(200).json();
        assert_eq!((&changed["require_2fa"], &changed["name"]), (&json!(true), &json!("Northwind Ltd")));
        assert_eq!(ada.client.get("/workspace").await.expect(200).json()["require_2fa"], true);
        let workspace = ada.workspace().await;
        let log = world.log(&workspace).await;
        assert_eq!(log.iter().filter(|action| *action == "workspace.policy_changed").count(), 1, "{log:?}");
        world.verify(&workspace).await;
    }

    async fn who_has_none_is_kept_out_at_once_and_let_in_with_one(world: Invite) {
        let mut ada = world.founder().await;
        let mut grace = world.invited(&mut ada, "grace", "admin").await;
        // On PostgreSQL another process has to know of it as well.
        let mut there = if world.store.is_embedded() { grace.client.clone() } else { world.another_process().await };
        there.cookie.clone_from(&grace.client.cookie);
        set_up(world, &mut ada.client).await;
        assert_eq!(reads(&mut grace.client).await, ["200"; 4]);
        assert_eq!(reads(&mut there).await, ["200"; 4]);
        ada.client.patch("/workspace", policy(true)).await.expect(200);
        let out = "403 two_factor_required";
        assert_eq!(reads(&mut grace.client).await, [out; 4]);
        assert_eq!(reads(&mut there).await, [out; 4]);
        assert_eq!(reads(&mut ada.client).await, ["200"; 4]);
        // An admin without one neither lifts it nor touches those who have one.
        assert_eq!(said(&grace.client.patch("/workspace", policy(false)).await), out);
        assert_eq!(said(&grace.client.patch("/me", json!({ "name": "Grace L" })).await), out);
        assert_eq!(said(&grace.client.post("/workspaces", json!({ "name": "Own" })).await), out);
        assert_eq!(reset(&mut grace, &ada.id).await, out);
        let page = grace.client.get("/~/members").await.expect(303);
        assert_eq!(page.header("location"), Some("/two-factor/set-up?next=/members"));
        // Signing in again is no way around.
        let mut again = world.signed_in(&grace.email).await;
        assert_eq!(reads(&mut again.client).await, [out; 4]);
        again.client.post("/auth/logout", json!({})).await.expect(204);
        again.me().await.expect(401);
        // What it takes to have one is open, also where the password was given long ago.
        for path in ["/me", "/me/totp", "/me/sessions", "/workspaces", "/~/two-factor/set-up"] {
            grace.client.get(path).await.expect(200);
        }
        world.later(601);
        assert_eq!(said(&grace.client.post("/me/totp", json!({})).await), "403 sudo_required");
        grace.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(204);
        set_up(world, &mut grace.client).await;
        assert_eq!(reads(&mut grace.client).await, ["200"; 4]);
    }

    async fn lifted_again_it_keeps_nobody_out(world: Invite) {
        let mut ada = world.founder().await;
        let mut grace = world.invited(&mut ada, "grace", "manager").await;
        set_up(world, &mut ada.client).await;
        ada.client.patch("/workspace", policy(true)).await.expect(200);
        grace.client.get("/workspace").await.expect(403);
        ada.client.patch("/workspace", policy(false)).await.expect(200);
        assert_eq!(grace.client.get("/workspace").await.expect(200).json()["require_2fa"], false);
        assert_eq!(reads(&mut grace.client).await, ["200"; 4]);
    }

    async fn turning_ones_own_off_is_no_way_around(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        ada.client.patch("/workspace", policy(true)).await.expect(200);
        let off = json!({ "password": PASSWORD, "code": app.fresh() });
        ada.client.post("/me/totp/disable", off).await.expect(204);
        assert_eq!(reads(&mut ada.client).await, ["403 two_factor_required"; 4]);
        assert_eq!(factor(&mut ada.client).await["enabled"], false);
        set_up(world, &mut ada.client).await;
        assert_eq!(reads(&mut ada.client).await, ["200"; 4]);
    }

    async fn coming_over_from_another_workspace_is_no_way_around(world: Invite) {
        let mut ada = world.founder().await;
        let here = ada.workspace().await;
        let mut grace = world.invited(&mut ada, "grace", "admin").await;
        let own = text(&grace.client.post("/workspaces", json!({ "name": "Own" })).await.expect(201).json()["id"]);
        grace.client.post("/session/workspace", json!({ "workspace_id": own })).await.expect(200);
        set_up(world, &mut ada.client).await;
        ada.client.patch("/workspace", policy(true)).await.expect(200);
        // Her own asks for nothing.
        assert_eq!(reads(&mut grace.client).await, ["200"; 4]);
        grace.client.post("/session/workspace", json!({ "workspace_id": here })).await.expect(200);
        assert_eq!(reads(&mut grace.client).await, ["403 two_factor_required"; 4]);
        set_up(world, &mut grace.client).await;
        assert_eq!(reads(&mut grace.client).await, ["200"; 4]);
    }

    async fn a_stream_ends_where_a_second_factor_is_asked_for(world: Invite) {
        let mut ada = world.founder().await;
        let grace = world.invited(&mut ada, "grace", "manager").await;
        set_up(world, &mut ada.client).await;
        let (stream, _) = begun(&grace.client).await;
        let (mut own, _) = begun(&ada.client).await;
        ada.client.patch("/workspace", policy(true)).await.expect(200);
        invite(&mut ada).await;
        ends(stream, "a second factor is asked for").await;
        assert_eq!(grace.client.follow("", "").await.status(), 403);
        // Whoever has one is told of everything.
        assert_eq!(own.event().await.unwrap().0, "invitation.created");
    }
}
