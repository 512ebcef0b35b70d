//! Signing in, and guessing.

use serde_json::{Value, json};

use crate::both_engines;
use crate::client::Client;
use crate::world::{PASSWORD, World};

async fn try_in(client: &mut Client, email: &str, password: &str) -> crate::client::Reply {
    client.post("/auth/login", json!({ "email": email, "password": password })).await
}

fn without_request(mut body: Value) -> Value {
    body["request_id"] = Value::Null;
    body
}

/// What a guesser gets from a network until the door is shut.
async fn guess_until_shut(world: &World, ip: &str, most: usize) -> usize {
    let mut guesser = world.client(ip);
    for number in 0..most {
        let reply = try_in(&mut guesser, "ada@example.com", &format!("wrong guess number {number}")).await;
        match reply.status {
            401 => {}
            429 => return number,
            other => panic!("{other}"),
        }
    }
    most
}

both_engines! {
    async fn five_wrong_guesses_shut_the_door_for_their_network_alone(world: Invite) {
        let _ada = world.founder().await;
        assert_eq!(guess_until_shut(world, "203.0.113.5", 10).await, 5);
        // The right password does not open it, nor does another address of the network.
        let mut neighbour = world.client("203.0.113.99");
        let refused = try_in(&mut neighbour, "ada@example.com", PASSWORD).await.expect(429);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((890..=900).contains(&wait), "{wait}");
        assert!(neighbour.cookie.is_none());
        // Spelling the address otherwise is the same account.
        try_in(&mut neighbour, " ADA@example.com", PASSWORD).await.expect(429);
        // The victim elsewhere comes in, and so do others from the guesser's network.
        try_in(&mut world.client("198.51.100.7"), "ada@example.com", PASSWORD).await.expect(200);
        try_in(&mut neighbour, "somebody.else@example.com", PASSWORD).await.expect(401);
        // Another process of the server knows of it.
        let mut other = world.another_process().await;
        other.ip = "203.0.113.6".into();
        try_in(&mut other, "ada@example.com", PASSWORD).await.expect(429);
        world.later(wait + 1);
        try_in(&mut neighbour, "ada@example.com", PASSWORD).await.expect(200);
    }

    async fn many_guesses_at_once_are_five(world: Invite) {
        let _ada = world.founder().await;
        let mut running = Vec::new();
        for number in 0..30 {
            let mut client = world.client("203.0.113.5");
            running.push(tokio::spawn(async move {
                try_in(&mut client, "ada@example.com", &format!("wrong guess number {number}")).await.status
            }));
        }
        let mut wrong = 0;
        for one in running {
            match one.await.unwrap() {
                401 => wrong += 1,
                429 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(wrong, 5);
    }

    async fn signing_in_well_counts_for_nothing(world: Invite) {
        let _ada = world.founder().await;
        let mut client = world.client("203.0.113.5");
        for _ in 0..8 {
            try_in(&mut client, "ada@example.com", PASSWORD).await.expect(200);
        }
        // Nor does it clear what was counted.
        for number in 0..5 {
            try_in(&mut client, "ada@example.com", &format!("wrong guess number {number}")).await.expect(401);
            if number < 4 {
                try_in(&mut client, "ada@example.com", PASSWORD).await.expect(200);
            }
        }
        try_in(&mut client, "ada@example.com", PASSWORD).await.expect(429);
    }

    async fn unknown_and_known_accounts_answer_alike(world: Invite) {
        let _ada = world.founder().await;
        let mut client = world.client("203.0.113.5");
        let known = try_in(&mut client, "ada@example.com", "wrong guess number 1").await.expect(401);
        let unknown = try_in(&mut client, "bea@example.com", "wrong guess number 1").await.expect(401);
        assert_eq!(known.code(), "invalid_credentials");
        assert_eq!(without_request(known.json()), without_request(unknown.json()));
        for odd in ["", "no address", "ada@example.com\u{1f98a}", &"x".repeat(5_000)] {
            let reply = try_in(&mut client, odd, "wrong guess number 1").await.expect(401);
            assert_eq!(without_request(reply.json()), without_request(unknown.json()), "{odd:?}");
        }
        try_in(&mut client, "ada@example.com", &"x".repeat(5_000)).await.expect(401);
    }

    async fn every_check_of_the_password_is_throttled(world: Invite) {
        let mut ada = world.founder().await;
        for number in 0..5 {
            let guess = json!({ "password": format!("wrong guess number {number}") });
            assert_eq!(ada.client.post("/me/sudo", guess).await.expect(401).code(), "invalid_credentials");
        }
        ada.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(429);
        let change = json!({ "current_password": PASSWORD, "new_password": "an orchard behind the mill" });
        ada.client.post("/me/password", change).await.expect(429);
        try_in(&mut world.client("192.0.2.99"), "ada@example.com", PASSWORD).await.expect(429);
        // What one is signed in for goes on.
        ada.me().await.expect(200);
    }

    async fn a_planted_cookie_is_never_taken_over(world: Invite) {
        let _ada = world.founder().await;
        let planted = "A".repeat(43);
        let mut victim = world.client("198.51.100.7");
        victim.cookie = Some(planted.clone());
        let reply = try_in(&mut victim, "ada@example.com", PASSWORD).await.expect(200);
        let first = victim.cookie.clone().unwrap();
        assert_ne!(first, planted);
        let set = reply.header("set-cookie").unwrap();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
        let mut attacker = world.client("203.0.113.5");
        attacker.cookie = Some(planted);
        attacker.get("/me").await.expect(401);
        // Signing in again is another token, and ends the session that this browser had.
        try_in(&mut victim, "ada@example.com", PASSWORD).await.expect(200);
        assert_ne!(victim.cookie.clone().unwrap(), first);
        attacker.cookie = Some(first);
        attacker.get("/me").await.expect(401);
        victim.get("/me").await.expect(200);
    }

    async fn refused_sign_ins_are_one_record_in_the_log(world: Invite) {
        let mut ada = world.founder().await;
        guess_until_shut(world, "203.0.113.5", 10).await;
        let workspace = ada.workspace().await;
        world.identity.housekeeping().await.unwrap();
        world.identity.housekeeping().await.unwrap();
        let log = world.log(&workspace).await;
        assert_eq!(log.iter().filter(|action| *action == "session.refused").count(), 1, "{log:?}");
        world.verify(&workspace).await;
    }

    async fn a_foreign_workspace_cannot_be_signed_in_to(world: Open) {
        let mut bodies = Vec::new();
        for name in ["ada", "eve"] {
            let body = json!({ "email": format!("{name}@example.com"), "password": PASSWORD, "name": name, "workspace_name": name });
            bodies.push(world.client("192.0.2.1").post("/auth/register", body).await.expect(201).json());
        }
        let (own, foreign) = (&bodies[1]["workspace"]["id"], &bodies[0]["workspace"]["id"]);
        let into = |place: &Value| json!({ "email": "eve@example.com", "password": PASSWORD, "workspace_id": place });
        let mut eve = world.client("192.0.2.1");
        eve.post("/auth/login", into(foreign)).await.expect(404);
        assert!(eve.cookie.is_none());
        eve.post("/auth/login", into(&json!("ws_01jd3k00000000000000000000"))).await.expect(404);
        let reply = eve.post("/auth/login", into(own)).await.expect(200).json();
        assert_eq!(reply["workspaces"].as_array().unwrap().len(), 1);
    }
}
