//! Codes are a million: who guesses them, who brings one that is used, and many at once.

use kernel::Timestamp;
use serde_json::json;
use store::params;

use super::{ELSEWHERE, GUESSER, factor, said, set_up, sign_in};
use crate::both_engines;
use crate::world::PASSWORD;

store::statements! {
    control FAILURES = "SELECT at FROM login_failures WHERE at > $1 ORDER BY id LIMIT 1000";
}

both_engines! {
    async fn incident_09_five_wrong_codes_shut_the_door_for_their_network_alone(world: Invite) {
        let mut ada = world.founder().await;
        let (app, recovery) = set_up(world, &mut ada.client).await;
        let right = json!({ "totp_code": app.fresh() });
        let mut guesser = world.client(GUESSER);
        for code in app.wrong(5) {
            let guess = sign_in(&mut guesser, &ada.email, json!({ "totp_code": code })).await;
            assert_eq!(said(&guess), "401 invalid_credentials");
        }
        // The right one does not open it, nor does it from another address of the network.
        let refused = sign_in(&mut guesser, &ada.email, right.clone()).await.expect(429);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((890..=900).contains(&wait), "{wait}");
        let mut neighbour = world.client("203.0.113.99");
        sign_in(&mut neighbour, &ada.email, right.clone()).await.expect(429);
        // Another process of the server knows of it.
        let mut other = world.another_process().await;
        other.ip = "203.0.113.6".into();
        sign_in(&mut other, &ada.email, right.clone()).await.expect(429);
        // Of the password they learn what they knew.
        let wrong = json!({ "password": "not the password", "totp_code": "000000" });
        assert_eq!(said(&sign_in(&mut guesser, &ada.email, wrong).await), "401 invalid_credentials");
        assert_eq!(said(&sign_in(&mut guesser, &ada.email, json!({})).await), "401 totp_required");
        assert!(guesser.cookie.is_none() && neighbour.cookie.is_none() && other.cookie.is_none());
        // Whom it belongs to comes in elsewhere, with that very code; and here with one that nobody guesses.
        sign_in(&mut world.client(ELSEWHERE), &ada.email, right).await.expect(200);
        let given = json!({ "recovery_code": recovery[0] });
        sign_in(&mut world.client("203.0.113.99"), &ada.email, given).await.expect(200);
        world.later(wait + 1);
        sign_in(&mut neighbour, &ada.email, json!({ "totp_code": app.code() })).await.expect(200);
    }

    async fn incident_09_fifty_guesses_at_once_are_five(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        let right = json!({ "totp_code": app.fresh() });
        let mut running = Vec::new();
        for code in app.wrong(50) {
            let mut client = world.client(GUESSER);
            running.push(tokio::spawn(async move {
                sign_in(&mut client, "ada@example.com", json!({ "totp_code": code })).await.status
            }));
        }
        let mut looked_at = 0;
        for one in running {
            match one.await.unwrap() {
                401 => looked_at += 1,
                429 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(looked_at, 5);
        let since = Timestamp::from_seconds(0);
        let counted: Vec<(Timestamp,)> = world.store.control().all(&FAILURES, params![since]).await.unwrap();
        assert_eq!(counted.len(), 5);
        sign_in(&mut world.client(GUESSER), &ada.email, right.clone()).await.expect(429);
        sign_in(&mut world.client(ELSEWHERE), &ada.email, right).await.expect(200);
    }

    async fn incident_09_of_twenty_who_bring_one_code_one_comes_in(world: Invite) {
        let mut ada = world.founder().await;
        let (app, recovery) = set_up(world, &mut ada.client).await;
        for given in [json!({ "totp_code": app.fresh() }), json!({ "recovery_code": recovery[0] })] {
            let mut running = Vec::new();
            for number in 0..20 {
                // Each from a network of its own: none waits for another.
                let mut client = world.client(&format!("198.51.{number}.7"));
                let given = given.clone();
                running.push(tokio::spawn(async move {
                    said(&sign_in(&mut client, "ada@example.com", given).await)
                }));
            }
            let mut came_in = 0;
            for one in running {
                match one.await.unwrap().as_str() {
                    "200" => came_in += 1,
                    "401 invalid_credentials" => {}
                    other => panic!("{other}"),
                }
            }
            assert_eq!(came_in, 1, "{given}");
        }
        // Ada's own, and one for each.
        let sessions = ada.client.get("/me/sessions").await.expect(200).json();
        assert_eq!(sessions["data"].as_array().unwrap().len(), 3);
        assert_eq!(factor(&mut ada.client).await["recovery_codes_left"], 9);
        world.verify(&ada.workspace().await).await;
    }

    /// An attacker has many networks: what one account has left is not five for each of them.
    async fn guesses_from_many_networks_are_counted_together(world: Invite) {
        let mut ada = world.founder().await;
        let (app, recovery) = set_up(world, &mut ada.client).await;
        for (number, code) in app.wrong(50).into_iter().enumerate() {
            let mut client = world.client(&format!("203.0.{}.5", number / 5));
            let guess = sign_in(&mut client, &ada.email, json!({ "totp_code": code })).await;
            assert_eq!(said(&guess), "401 invalid_credentials", "{number}");
        }
        let mut client = world.client("203.0.200.5");
        sign_in(&mut client, &ada.email, json!({ "totp_code": app.fresh() })).await.expect(429);
        sign_in(&mut client, &ada.email, json!({ "recovery_code": recovery[0] })).await.expect(200);
        world.later(900);
        sign_in(&mut client, &ada.email, json!({ "totp_code": app.code() })).await.expect(200);
    }

    async fn incident_09_eighty_guesses_at_once_from_as_many_networks_are_fifty(world: Invite) {
        let mut ada = world.founder().await;
        let (app, recovery) = set_up(world, &mut ada.client).await;
        let right = json!({ "totp_code": app.fresh() });
        let mut running = Vec::new();
        for (number, code) in app.wrong(80).into_iter().enumerate() {
            let mut client = world.client(&format!("203.0.{number}.5"));
            running.push(tokio::spawn(async move {
                sign_in(&mut client, "ada@example.com", json!({ "totp_code": code })).await.status
            }));
        }
        let mut looked_at = 0;
        for one in running {
            match one.await.unwrap() {
                401 => looked_at += 1,
                429 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(looked_at, 50);
        let since = Timestamp::from_seconds(0);
        let counted: Vec<(Timestamp,)> = world.store.control().all(&FAILURES, params![since]).await.unwrap();
        assert_eq!(counted.len(), 50);
        // Whom it belongs to waits as well, or comes in with a code that nobody guesses: that is counted apart.
        let mut owner = world.client(ELSEWHERE);
        sign_in(&mut owner, &ada.email, right.clone()).await.expect(429);
        sign_in(&mut owner, &ada.email, json!({ "recovery_code": recovery[0] })).await.expect(200);
        assert_eq!(factor(&mut owner).await["recovery_codes_left"], 9);
        sign_in(&mut world.client(ELSEWHERE), &ada.email, right).await.expect(429);
    }

    async fn every_check_of_a_code_is_throttled(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        for code in app.wrong(5) {
            let guess = ada.client.post("/me/sudo", json!({ "totp_code": code })).await;
            assert_eq!(said(&guess), "401 invalid_credentials");
        }
        let right = app.fresh();
        ada.client.post("/me/sudo", json!({ "totp_code": right })).await.expect(429);
        let off = json!({ "password": PASSWORD, "code": right });
        ada.client.post("/me/totp/disable", off).await.expect(429);
        let mut neighbour = world.client("192.0.2.99");
        sign_in(&mut neighbour, &ada.email, json!({ "totp_code": right })).await.expect(429);
        // What one is signed in for goes on, and the password is counted apart.
        assert_eq!(factor(&mut ada.client).await["enabled"], true);
        ada.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(204);
    }

    async fn refused_codes_are_in_the_log(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        for code in app.wrong(7) {
            sign_in(&mut world.client(GUESSER), &ada.email, json!({ "totp_code": code })).await;
        }
        world.identity.housekeeping().await.unwrap();
        let workspace = ada.workspace().await;
        let log = world.log(&workspace).await;
        assert_eq!(log.iter().filter(|action| *action == "session.refused").count(), 1, "{log:?}");
        world.verify(&workspace).await;
    }
}
