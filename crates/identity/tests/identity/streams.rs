//! Streams of events: who is told what, from where on, and that the stream ends with the right to it.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::both_engines;
use crate::client::{Block, Client, Following};
use crate::world::{PASSWORD, Person, World, text};

/// A stream that has begun, and the id that it begins with.
pub async fn begun(client: &Client) -> (Following, String) {
    let mut stream = client.follow("", "").await;
    assert_eq!(stream.status(), 200, "{}", stream.head);
    let block = stream.block().await.unwrap();
    let id = of(&block, "id");
    (stream, id)
}

fn of(block: &Block, name: &str) -> String {
    block.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// It ends, and whatever it still says is none of these kinds.
pub async fn ends(mut stream: Following, why: &str) {
    while let Some((kind, _)) = stream.event().await {
        assert_ne!(kind, "invitation.created", "{why}: told after the end of the right");
    }
}

/// Something happens that members who manage members are told of.
pub async fn invite(person: &mut Person) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    person.invite(&format!("invited-{count}@example.com"), "viewer").await;
}

async fn end_session_of(world: &World, email: &str) -> (Client, Person) {
    (world.signed_in(email).await.client, world.signed_in(email).await)
}

both_engines! {
    async fn it_ends_at_once_with_the_session(world: Invite) {
        let mut ada = world.founder().await;
        let grace = world.invited(&mut ada, "grace", "manager").await;
        let (streaming, mut other) = end_session_of(world, &grace.email).await;
        let (stream, _) = begun(&streaming).await;
        let mut same = streaming.clone();
        same.post("/auth/logout", json!({})).await.expect(204);
        invite(&mut ada).await;
        ends(stream, "signed out").await;

        let streaming = world.signed_in(&grace.email).await.client;
        let (stream, _) = begun(&streaming).await;
        let sessions = streaming.clone().get("/me/sessions").await.expect(200).json();
        let current = sessions["data"].as_array().unwrap().iter().find(|session| session["current"] == true).unwrap();
        other.client.delete(&format!("/me/sessions/{}", text(&current["id"]))).await.expect(204);
        invite(&mut ada).await;
        ends(stream, "ended from elsewhere").await;

        let (stream, _) = begun(&world.signed_in(&grace.email).await.client).await;
        let change = json!({ "current_password": PASSWORD, "new_password": "another lake in november" });
        other.client.post("/me/password", change).await.expect(204);
        invite(&mut ada).await;
        ends(stream, "a new password").await;

        let (stream, _) = begun(&other.client).await;
        let mut all = other.client.clone();
        all.post("/me/revoke-all", json!({})).await;
        invite(&mut ada).await;
        ends(stream, "all revoked").await;
    }

    async fn it_ends_at_once_with_the_place_in_the_workspace(world: Invite) {
        let mut ada = world.founder().await;
        let grace = world.invited(&mut ada, "grace", "manager").await;
        let (stream, _) = begun(&grace.client).await;
        ada.client.patch(&format!("/members/{}", grace.id), json!({ "role": "viewer" })).await.expect(200);
        invite(&mut ada).await;
        ends(stream, "another role").await;
        // The next one shows what the new role may see.
        let (mut stream, _) = begun(&grace.client).await;
        invite(&mut ada).await;
        ada.client.delete(&format!("/members/{}", grace.id)).await.expect(204);
        assert_eq!(stream.event().await, None, "a viewer is told of no invitation, and of nothing once removed");
        assert_eq!(grace.client.follow("", "").await.status(), 401);
    }

    async fn it_ends_where_the_session_goes_to_another_workspace(world: Invite) {
        let mut ada = world.founder().await;
        let (stream, _) = begun(&ada.client).await;
        let own = text(&ada.client.post("/workspaces", json!({ "name": "Own" })).await.expect(201).json()["id"]);
        ada.client.post("/session/workspace", json!({ "workspace_id": own })).await.expect(200);
        ends(stream, "another workspace").await;
        let (_, id) = begun(&ada.client).await;
        assert!(id.starts_with(&own), "{id}");
    }

    async fn it_goes_on_where_it_was(world: Invite) {
        let mut ada = world.founder().await;
        let (mut stream, begin) = begun(&ada.client).await;
        invite(&mut ada).await;
        let first = stream.block().await.unwrap();
        assert_eq!(of(&first, "event"), "invitation.created");
        let data: Value = serde_json::from_str(&of(&first, "data")).unwrap();
        assert_eq!(data["actor"], ada.id.as_str());
        assert!(text(&data["resource"]).starts_with("inv_"), "{data}");
        drop(stream);
        invite(&mut ada).await;
        // By the header as browsers send it, and by the query as a page begins.
        let header = format!("last-event-id: {}\r\n", of(&first, "id"));
        for (query, more, expected) in
            [(String::new(), header.as_str(), 1), (format!("?after={begin}"), "", 2), (format!("?after={begin}"), &header, 1)]
        {
            let mut stream = ada.client.follow(&query, more).await;
            assert_eq!(stream.status(), 200, "{}", stream.head);
            for _ in 0..expected {
                assert_eq!(stream.event().await.unwrap().0, "invitation.created", "{query} {more}");
            }
            invite(&mut ada).await;
            assert_eq!(stream.event().await.unwrap().0, "invitation.created");
        }
    }

    async fn a_place_that_is_none_is_said_to_be(world: Invite) {
        let mut ada = world.founder().await;
        let (_, begin) = begun(&ada.client).await;
        let workspace = ada.workspace().await;
        for nowhere in [format!("{workspace}.999999"), format!("{}.1", "ws_01jd0000000000000000000000")] {
            let mut stream = ada.client.follow(&format!("?after={nowhere}"), "").await;
            assert_eq!(stream.status(), 200, "{nowhere}");
            assert_eq!(stream.event().await.unwrap().0, "reset", "{nowhere}");
            invite(&mut ada).await;
            assert_eq!(stream.event().await.unwrap().0, "invitation.created", "{nowhere}");
        }
        for wrong in ["yesterday", "1", &format!("{begin}x"), &format!("{workspace}.-1")] {
            assert_eq!(ada.client.follow(&format!("?after={wrong}"), "").await.status(), 400, "{wrong}");
        }
        let mut nobody = ada.client.clone();
        nobody.cookie = None;
        assert_eq!(nobody.follow("", "").await.status(), 401);
    }

    async fn one_person_has_not_more_than_so_many(world: Invite) {
        let ada = world.founder().await;
        let mut held = Vec::new();
        for _ in 0..32 {
            held.push(begun(&ada.client).await);
        }
        let refused = ada.client.follow("", "").await;
        assert_eq!(refused.status(), 429);
        assert!(refused.head.to_ascii_lowercase().contains("retry-after:"), "{}", refused.head);
        held.truncate(1);
        // The server notices the end of those when it says something to them.
        let mut inviter = world.signed_in(&ada.email).await;
        for _ in 0..100 {
            invite(&mut inviter).await;
            if ada.client.follow("", "").await.status() == 200 {
                return;
            }
        }
        panic!("places are not given back");
    }
}

/// Somebody else's changes are told by every process, and so is the end of a right.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_tells_and_ends_it_too() {
    let world = World::start(testkit::Engine::Postgres, identity::Registration::Invite).await;
    let mut ada = world.founder().await;
    let grace = world.invited(&mut ada, "grace", "manager").await;
    let mut there = world.another_node().await;
    there.cookie.clone_from(&grace.client.cookie);
    let (mut stream, _) = begun(&there).await;
    invite(&mut ada).await;
    assert_eq!(stream.event().await.unwrap().0, "invitation.created");
    ada.client.patch(&format!("/members/{}", grace.id), json!({ "role": "viewer" })).await.expect(200);
    invite(&mut ada).await;
    ends(stream, "another role").await;
}
