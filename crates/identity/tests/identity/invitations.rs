//! Invitations: who may accept, and how often.

use kernel::access::Actor;
use kernel::{UserId, WorkspaceId};
use serde_json::json;
use store::params;

use crate::both_engines;
use crate::world::{PASSWORD, World, text};

store::statements! {
    tenant PLACEHOLDER = "INSERT INTO members (workspace_id, user_id, name, status, joined_at)
        VALUES ($1, $2, $3, 'placeholder', $4)";
    tenant PROJECT = "INSERT INTO projects (workspace_id, id, key, name, description, lead_id, next_number, version,
        created_by, created_at, updated_at) VALUES ($1, $2, 'WEB', 'Web', '', $3, $4, $4, $3, $5, $5)";
    tenant REF = "INSERT INTO import_refs (workspace_id, source, kind, source_id, target_id)
        VALUES ($1, 'trello', 'member', 'm1', $2)";
    tenant BOARD = "INSERT INTO boards (workspace_id, id, project_id, name, position, version, created_at, updated_at)
        VALUES ($1, $2, $2, 'Board', 'a0', 1, $3, $3)";
    tenant GROUP = "INSERT INTO board_groups (workspace_id, id, board_id, name, position, version, created_at)
        VALUES ($1, $2, $2, 'Group', 'a0', 1, $3)";
    tenant ITEM = "INSERT INTO items (workspace_id, id, project_id, board_id, group_id, number, title, description, status,
        priority, due_key, position, labels, assignees, checklist_count, entry_count, done_count, update_count,
        link_count, version, created_by, created_at, updated_at)
        VALUES ($1, $2, $3, $3, $3, 1, 'Item', '', 'todo', 0, '~', 'a0', '', $4, 0, 0, 0, 0, 0, 1, $5, $6, $6)";
    tenant ASSIGNED = "INSERT INTO item_assignees (workspace_id, item_id, user_id) VALUES ($1, $2, $3)";
    tenant SHOWN = "SELECT i.assignees, a.user_id, i.version FROM items i
        JOIN item_assignees a ON a.workspace_id = i.workspace_id AND a.item_id = i.id
        WHERE i.workspace_id = $1 ORDER BY a.user_id";
    tenant LEADS = "SELECT lead_id, created_by FROM projects WHERE workspace_id = $1 ORDER BY id";
    tenant REFS = "SELECT target_id FROM import_refs WHERE workspace_id = $1 ORDER BY target_id";
}

async fn import_somebody(world: &World, workspace: WorkspaceId) -> UserId {
    let door = world.store.system_tenant(workspace, Actor::system());
    door.write(async move |tx| {
        let (id, project, now): (UserId, UserId, _) = (tx.new_id(), tx.new_id(), tx.now());
        tx.exec(&PLACEHOLDER, params![workspace, id, "Imported Grace", now]).await?;
        tx.exec(&PROJECT, params![workspace, project, id, 1_i64, now]).await?;
        tx.exec(&REF, params![workspace, id]).await?;
        tx.exec(&BOARD, params![workspace, project, now]).await?;
        tx.exec(&GROUP, params![workspace, project, now]).await?;
        let (item, shown): (UserId, _) = (tx.new_id(), format!("{id} "));
        tx.exec(&ITEM, params![workspace, item, project, &shown, id, now]).await?;
        tx.exec(&ASSIGNED, params![workspace, item, id]).await?;
        Ok(id)
    })
    .await
    .unwrap()
}

both_engines! {
    async fn a_new_address_makes_an_account_and_is_not_signed_in(world: Invite) {
        let mut ada = world.founder().await;
        let made = ada.client.post("/invitations", json!({ "email": "Grace@Example.com", "role": "tester" })).await.expect(201);
        assert!(made.header("cache-control").unwrap().contains("no-store"));
        let token = text(&made.json()["token"]);
        assert!(text(&made.json()["link"]).ends_with(&format!("/invite/{token}")));
        assert!(!ada.client.get("/invitations").await.expect(200).text.contains(&token));
        let mut grace = world.client("192.0.2.2");
        grace.get(&format!("/~/invite/{token}")).await.expect(200);
        let refused = grace.post("/invitations/accept", json!({ "token": token })).await.expect(422).json();
        assert_eq!(refused["errors"][0]["pointer"], "/name");
        let accept = json!({ "token": token, "name": "Grace", "password": PASSWORD });
        let reply = grace.post("/invitations/accept", accept.clone()).await.expect(201).json();
        assert_eq!((text(&reply["user"]["email"]), reply["user"]["email_verified"].as_bool()), ("grace@example.com".into(), Some(false)));
        assert!(grace.cookie.is_none());
        grace.post("/invitations/accept", accept).await.expect(404);
        grace.get(&format!("/~/invite/{token}")).await.expect(404);
        let mut grace = world.signed_in("grace@example.com").await;
        assert_eq!(grace.me().await.expect(200).json()["role"], "tester");
        assert_eq!(ada.client.get("/invitations").await.expect(200).json()["data"], json!([]));
        let again = json!({ "email": "grace@example.com", "role": "viewer" });
        assert_eq!(ada.client.post("/invitations", again).await.expect(409).code(), "already_member");
        world.verify(&ada.workspace().await).await;
    }

    async fn of_a_hundred_who_accept_at_once_one_comes_in(world: Invite) {
        let mut ada = world.founder().await;
        let token = ada.invite("grace@example.com", "viewer").await;
        let mut running = Vec::new();
        for number in 0..100 {
            let mut client = world.client(&format!("192.0.2.{number}"));
            let body = json!({ "token": token, "name": format!("Grace {number}"), "password": PASSWORD });
            running.push(tokio::spawn(async move { client.post("/invitations/accept", body).await.status }));
        }
        let mut won = 0;
        for one in running {
            match one.await.unwrap() {
                201 => won += 1,
                // Used up; being used with the account there already; too many hashes at once.
                401 | 404 | 409 | 503 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(won, 1);
        assert_eq!(ada.client.get("/members").await.expect(200).json()["data"].as_array().unwrap().len(), 2);
        world.verify(&ada.workspace().await).await;
    }

    async fn an_address_with_an_account_takes_its_own_session(world: Open) {
        let register = |name: &str| json!({ "email": format!("{name}@example.com"), "password": PASSWORD, "name": name, "workspace_name": name });
        for name in ["ada", "grace", "eve"] {
            world.client("192.0.2.1").post("/auth/register", register(name)).await.expect(201);
        }
        let mut ada = world.signed_in("ada@example.com").await;
        let workspace = ada.workspace().await;
        let token = ada.invite("grace@example.com", "developer").await;
        let hijack = json!({ "token": token, "name": "Eve", "password": "the password of an attacker" });
        let mut eve = world.signed_in("eve@example.com").await;
        world.client("192.0.2.2").post("/invitations/accept", hijack.clone()).await.expect(401);
        eve.client.post("/invitations/accept", hijack.clone()).await.expect(401);
        let mut stranger = world.client("192.0.2.3");
        stranger.post("/auth/login", json!({ "email": "grace@example.com", "password": "the password of an attacker" })).await.expect(401);
        let mut grace = world.signed_in("grace@example.com").await;
        let own = grace.workspace().await;
        grace.client.post("/invitations/accept", hijack).await.expect(201);
        // Nothing was set, nobody was signed in, and the session stays where it was.
        stranger.post("/auth/login", json!({ "email": "grace@example.com", "password": "the password of an attacker" })).await.expect(401);
        assert_eq!(grace.workspace().await, own);
        assert_eq!(grace.me().await.json()["user"]["name"], "grace");
        grace.client.post("/session/workspace", json!({ "workspace_id": workspace })).await.expect(200);
        assert_eq!(grace.me().await.json()["role"], "developer");
    }

    async fn expired_revoked_and_orphaned_ones_are_missing(world: Invite) {
        let mut ada = world.founder().await;
        let accept = |token: &str| json!({ "token": token, "name": "Grace", "password": PASSWORD });
        let mut client = world.client("192.0.2.2");
        let old = ada.invite("grace@example.com", "viewer").await;
        world.later(7 * 24 * 3_600);
        client.post("/invitations/accept", accept(&old)).await.expect(404);
        let mut ada = world.signed_in("ada@example.com").await;
        let revoked = ada.invite("grace@example.com", "viewer").await;
        let twice = json!({ "email": "grace@example.com", "role": "viewer" });
        assert_eq!(ada.client.post("/invitations", twice).await.expect(409).code(), "already_invited");
        let id = text(&ada.client.get("/invitations").await.expect(200).json()["data"][0]["id"]);
        ada.client.delete(&format!("/invitations/{id}")).await.expect(204);
        client.post("/invitations/accept", accept(&revoked)).await.expect(404);
        ada.client.delete(&format!("/invitations/{id}")).await.expect(404);
        // Who could not invite any more has not invited.
        let mut mark = world.invited(&mut ada, "mark", "manager").await;
        let orphan = mark.invite("grace@example.com", "team_lead").await;
        ada.client.patch(&format!("/members/{}", mark.id), json!({ "role": "developer" })).await.expect(200);
        client.post("/invitations/accept", accept(&orphan)).await.expect(404);
        for odd in ["", "x", &"A".repeat(43), &"A".repeat(10_000)] {
            client.post("/invitations/accept", accept(odd)).await.expect(404);
        }
    }

    async fn whoever_returns_has_no_old_session(world: Invite) {
        let mut ada = world.founder().await;
        let mut grace = world.invited(&mut ada, "grace", "admin").await;
        let old = grace.client.clone();
        ada.client.delete(&format!("/members/{}", grace.id)).await.expect(204);
        // In no workspace: they can sign in, and do nothing but accept.
        let reply = grace.client.post("/auth/login", json!({ "email": grace.email, "password": PASSWORD })).await.expect(200);
        assert!(reply.json()["workspace"].is_null());
        grace.me().await.expect(401);
        let token = ada.invite("grace@example.com", "viewer").await;
        grace.client.post("/invitations/accept", json!({ "token": token })).await.expect(201);
        assert_eq!(grace.me().await.expect(200).json()["role"], "viewer");
        let mut old = old;
        old.get("/me").await.expect(401);
    }

    async fn the_same_request_again_makes_no_second_invitation(world: Invite) {
        let mut ada = world.founder().await;
        let body = json!({ "email": "grace@example.com", "role": "viewer" }).to_string();
        let key = "idempotency-key: invite-1\r\n";
        let first = ada.client.send_with("POST", "/invitations", Some("application/json"), &body, key).await.expect(201).json();
        let again = ada.client.send_with("POST", "/invitations", Some("application/json"), &body, key).await.expect(201).json();
        assert_eq!(first["id"], again["id"]);
        assert!(first["token"].is_string() && again["token"].is_null());
    }

    async fn a_placeholder_becomes_the_person(world: Invite) {
        let mut ada = world.founder().await;
        let workspace: WorkspaceId = ada.workspace().await.parse().unwrap();
        let placeholder = import_somebody(world, workspace).await;
        let people = ada.client.get("/people").await.expect(200).json();
        assert!(people["data"].as_array().unwrap().iter().any(|one| one["status"] == "placeholder"));
        let page = ada.client.get("/~/members").await.expect(200);
        assert!(page.text.contains(&format!("<option value=\"{placeholder}\">Imported Grace</option>")), "{}", page.text);
        let unknown = json!({ "email": "grace@example.com", "role": "viewer", "placeholder_id": ada.id });
        ada.client.post("/invitations", unknown).await.expect(404);
        let body = json!({ "email": "grace@example.com", "role": "developer", "placeholder_id": placeholder });
        let token = text(&ada.client.post("/invitations", body).await.expect(201).json()["token"]);
        let accept = json!({ "token": token, "name": "Grace", "password": PASSWORD });
        let reply = world.client("192.0.2.2").post("/invitations/accept", accept).await.expect(201).json();
        let grace: UserId = text(&reply["user"]["id"]).parse().unwrap();
        let door = world.store.system_tenant(workspace, Actor::system());
        let leads: Vec<(UserId, UserId)> = door.all(&LEADS, params![workspace]).await.unwrap();
        assert_eq!(leads, [(grace, grace)]);
        let shown: Vec<(String, UserId, i64)> = door.all(&SHOWN, params![workspace]).await.unwrap();
        assert_eq!(shown, [(format!("{grace} "), grace, 2)], "what the item's row shows is who is assigned");
        let refs: Vec<(UserId,)> = door.all(&REFS, params![workspace]).await.unwrap();
        assert_eq!(refs, [(grace,)]);
        let people = ada.client.get("/people").await.expect(200);
        assert!(!people.text.contains("Imported Grace") && people.text.contains("Grace"));
        world.verify(&workspace.to_string()).await;
    }
    /// Accepting is in control, entering in the workspace: between the two an invitation can end.
    async fn one_that_ended_after_it_was_accepted_lets_nobody_in(world: Invite) {
        let mut ada = world.founder().await;
        let mut lead = world.invited(&mut ada, "lead", "manager").await;
        let workspace = ada.workspace().await;
        lead.invite("grace@example.com", "viewer").await;
        lead.invite("mary@example.com", "viewer").await;
        let open = ada.client.get("/invitations").await.expect(200).json()["data"].clone();
        let id_of = |email: &str| text(&open.as_array().unwrap().iter().find(|one| one["email"] == email).unwrap()["id"]);
        ada.client.delete(&format!("/invitations/{}", id_of("mary@example.com"))).await.expect(204);
        ada.client.patch(&format!("/members/{}", lead.id), json!({ "role": "viewer" })).await.expect(200);
        for (email, id) in [("grace@example.com", id_of("grace@example.com")), ("mary@example.com", id_of("mary@example.com"))] {
            let place: WorkspaceId = workspace.parse().unwrap();
            let joined = json!({ "user": UserId::new(world.clock.now()), "name": "Somebody", "email": email,
                "role": "viewer", "invitation": id });
            let told = async move |tx: &mut store::ControlTx| tx.tell(place, "member.joined", &joined).await;
            world.store.control().write(told).await.unwrap();
        }
        assert!(!ada.client.get("/people").await.expect(200).text.contains("Somebody"));
        let refused = world.log(&workspace).await.into_iter().filter(|action| action == "invitation.refused").count();
        assert_eq!(refused, 2);
        world.verify(&workspace).await;
    }
}
