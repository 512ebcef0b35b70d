//! Members: ranks, the last admin, and that what is taken is taken at once.

use serde_json::json;

use crate::both_engines;
use crate::world::text;

both_engines! {
    async fn a_new_role_counts_from_the_next_request_on(world: Invite) {
        let mut ada = world.founder().await;
        let mut grace = world.invited(&mut ada, "grace", "manager").await;
        let path = format!("/members/{}", grace.id);
        assert_eq!(grace.me().await.expect(200).json()["role"], "manager");
        grace.client.get("/invitations").await.expect(200);
        ada.client.patch(&path, json!({ "role": "viewer" })).await.expect(200);
        assert_eq!(grace.me().await.expect(200).json()["role"], "viewer");
        grace.client.get("/invitations").await.expect(403);
        ada.client.patch(&path, json!({ "role": "admin" })).await.expect(200);
        assert_eq!(grace.me().await.expect(200).json()["role"], "admin");
        ada.client.delete(&path).await.expect(204);
        grace.me().await.expect(401);
        ada.client.patch(&path, json!({ "role": "viewer" })).await.expect(404);
        ada.client.delete(&path).await.expect(404);
        world.verify(&ada.workspace().await).await;
    }

    async fn removal_ends_this_workspace_alone(world: Invite) {
        let mut ada = world.founder().await;
        let first = ada.workspace().await;
        let grace = world.invited(&mut ada, "grace", "developer").await;
        let mut elsewhere = world.signed_in("grace@example.com").await;
        let own = text(&elsewhere.client.post("/workspaces", json!({ "name": "Own" })).await.expect(201).json()["id"]);
        elsewhere.client.post("/session/workspace", json!({ "workspace_id": own })).await.expect(200);
        let mut here = grace;
        here.me().await.expect(200);
        ada.client.delete(&format!("/members/{}", here.id)).await.expect(204);
        here.me().await.expect(401);
        elsewhere.me().await.expect(200);
        elsewhere.client.post("/session/workspace", json!({ "workspace_id": first })).await.expect(404);
        assert_eq!(elsewhere.client.get("/workspaces").await.expect(200).json()["data"].as_array().unwrap().len(), 1);
        let again = world.signed_in("grace@example.com").await.workspace().await;
        assert_eq!(again, own);
    }

    async fn nobody_touches_or_makes_whom_they_do_not_outrank(world: Invite) {
        let mut ada = world.founder().await;
        let mut mark = world.invited(&mut ada, "mark", "manager").await;
        let other = world.invited(&mut ada, "nora", "manager").await;
        let tess = world.invited(&mut ada, "tess", "tester").await;
        for above in [&ada.id, &other.id, &mark.id] {
            let path = format!("/members/{above}");
            assert_eq!(mark.client.patch(&path, json!({ "role": "viewer" })).await.expect(403).code(), "rank");
        }
        for above in [&ada.id, &other.id] {
            assert_eq!(mark.client.delete(&format!("/members/{above}")).await.expect(403).code(), "rank");
        }
        let path = format!("/members/{}", tess.id);
        for odd in [json!("root"), json!(1), json!(null), json!(["viewer"]), json!({ "viewer": null })] {
            let refused = mark.client.patch(&path, json!({ "role": odd })).await.expect(422).json();
            assert_eq!(refused["errors"][0]["pointer"], "/role", "{odd}");
        }
        for role in ["manager", "admin"] {
            mark.client.patch(&path, json!({ "role": role })).await.expect(403);
            let invitation = json!({ "email": "new@example.com", "role": role });
            mark.client.post("/invitations", invitation).await.expect(403);
        }
        mark.client.patch(&path, json!({ "role": "team_lead" })).await.expect(200);
        let invitation = json!({ "email": "new@example.com", "role": "team_lead" });
        mark.client.post("/invitations", invitation).await.expect(201);
        // An admin's invitation of an admin is not a manager's to take back.
        ada.invite("boss@example.com", "admin").await;
        let open = mark.client.get("/invitations").await.expect(200).json();
        let boss = open["data"].as_array().unwrap().iter().find(|one| one["role"] == "admin").unwrap();
        mark.client.delete(&format!("/invitations/{}", text(&boss["id"]))).await.expect(403);
        // Leaving is one's own affair.
        let own = format!("/members/{}", mark.id);
        mark.client.delete(&own).await.expect(204);
        mark.me().await.expect(401);
    }

    async fn names_are_for_all_and_addresses_for_few(world: Invite) {
        let mut ada = world.founder().await;
        for (role, sees) in [("manager", true), ("team_lead", true), ("developer", false), ("tester", false), ("viewer", false)] {
            let mut person = world.invited(&mut ada, role, role).await;
            let members = person.client.get("/members").await;
            assert_eq!(members.status, if sees { 200 } else { 403 }, "{role}");
            let people = person.client.get("/people").await.expect(200);
            assert!(people.text.contains("Ada Moreno") && !people.text.contains('@'), "{role}");
            let page = person.client.get("/~/members").await.expect(200);
            assert!(page.text.contains("Ada Moreno"), "{role}");
            assert_eq!(page.text.contains("ada@example.com"), sees, "{role}");
        }
        let page = ada.client.get("/members?limit=2").await.expect(200).json();
        assert_eq!(page["data"].as_array().unwrap().len(), 2);
        let rest = ada.client.get(&format!("/members?limit=1000&cursor={}", text(&page["next_cursor"]))).await.expect(200).json();
        assert_eq!((rest["data"].as_array().unwrap().len(), rest["next_cursor"].is_null()), (4, true));
    }

    async fn an_admin_stays_whatever_a_hundred_ask_for_at_once(world: Invite) {
        let mut ada = world.founder().await;
        assert_eq!(ada.client.delete(&format!("/members/{}", ada.id)).await.expect(409).code(), "last_admin");
        let path = format!("/members/{}", ada.id);
        assert_eq!(ada.client.patch(&path, json!({ "role": "viewer" })).await.expect(409).code(), "last_admin");
        let mut admins = Vec::new();
        for name in ["bea", "cleo", "dora", "enid"] {
            admins.push(world.invited(&mut ada, name, "admin").await);
        }
        admins.push(ada);
        let ids: Vec<String> = admins.iter().map(|admin| admin.id.clone()).collect();
        let workspace = admins[0].workspace().await;
        let mut running = Vec::new();
        for (number, id) in (0..4).flat_map(|round| ids.iter().enumerate().map(move |(at, id)| (round + at, id.clone()))) {
            for admin in &admins {
                let mut client = admin.client.clone();
                let path = format!("/members/{id}");
                running.push(tokio::spawn(async move {
                    match number % 2 {
                        0 => client.delete(&path).await.status,
                        _ => client.patch(&path, json!({ "role": "viewer" })).await.status,
                    }
                }));
            }
        }
        assert_eq!(running.len(), 100);
        for one in running {
            let status = one.await.unwrap();
            assert!(matches!(status, 200 | 204 | 401 | 403 | 404 | 409), "{status}");
        }
        let mut left = 0;
        for admin in &mut admins {
            let me = admin.me().await;
            left += usize::from(me.status == 200 && me.json()["role"] == "admin");
        }
        assert_eq!(left, 1);
        world.verify(&workspace).await;
    }
}
