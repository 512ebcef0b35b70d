//! Signing in with a second factor, and confirming with it that it is oneself.

use identity::commands::recover_user;
use serde_json::json;

use super::{ELSEWHERE, STEP, factor, said, set_up, sign_in};
use crate::both_engines;
use crate::world::{PASSWORD, text};

both_engines! {
    async fn a_code_is_asked_for_and_is_good_once(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        let code = app.fresh();
        let mut client = world.client(ELSEWHERE);
        for (more, expected) in [
            (json!({}), "401 totp_required"),
            (json!({ "totp_code": " ", "recovery_code": "" }), "401 totp_required"),
            (json!({ "totp_code": app.wrong(1)[0] }), "401 invalid_credentials"),
            // Nor does a wrong password say anything of the code, or use it up.
            (json!({ "password": "not the password" }), "401 invalid_credentials"),
            (json!({ "password": "not the password", "totp_code": code }), "401 invalid_credentials"),
        ] {
            assert_eq!(said(&sign_in(&mut client, &ada.email, more.clone()).await), expected, "{more}");
            assert!(client.cookie.is_none(), "{more}");
        }
        sign_in(&mut client, &ada.email, json!({ "totp_code": code })).await.expect(200);
        assert_eq!(client.get("/me").await.expect(200).json()["role"], "admin");
        let mut thief = world.client(ELSEWHERE);
        let again = sign_in(&mut thief, &ada.email, json!({ "totp_code": code })).await;
        assert_eq!(said(&again), "401 invalid_credentials");
        assert!(thief.cookie.is_none());
        // In groups of three, as apps show it.
        let next = app.fresh();
        let spaced = json!({ "totp_code": format!("{} {}", &next[..3], &next[3..]) });
        sign_in(&mut world.client(ELSEWHERE), &ada.email, spaced).await.expect(200);
    }

    async fn clocks_may_differ_by_a_step_and_no_code_comes_behind_a_later_one(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        let wrong = "401 invalid_credentials";
        // Steps are counted from the one that it was turned on in.
        for (later, shown, expected) in [
            (2, -1, "200"),
            (0, -1, wrong),
            (0, 0, "200"),
            (2, 0, "200"),
            // Of the step before and never used, but behind a later one.
            (0, -1, wrong),
            (4, -2, wrong),
            (0, 2, wrong),
            (0, 1, "200"),
        ] {
            world.later(STEP * later);
            let given = json!({ "totp_code": app.code_in(shown) });
            let reply = sign_in(&mut world.client(ELSEWHERE), &ada.email, given).await;
            assert_eq!(said(&reply), expected, "{later} steps later, the code of {shown}");
        }
    }

    async fn a_recovery_code_stands_for_a_code_once(world: Invite) {
        let mut ada = world.founder().await;
        let (_, codes) = set_up(world, &mut ada.client).await;
        let mut client = world.client(ELSEWHERE);
        sign_in(&mut client, &ada.email, json!({ "recovery_code": codes[0] })).await.expect(200);
        assert_eq!(factor(&mut client).await["recovery_codes_left"], 9);
        for wait in [0, 3_600, 24 * 3_600] {
            world.later(wait);
            let mut thief = world.client(ELSEWHERE);
            let again = sign_in(&mut thief, &ada.email, json!({ "recovery_code": codes[0] })).await;
            assert_eq!(said(&again), "401 invalid_credentials");
            assert!(thief.cookie.is_none());
        }
        let typed = json!({ "recovery_code": codes[1].to_uppercase().replace('-', " ") });
        sign_in(&mut client, &ada.email, typed).await.expect(200);
        assert_eq!(factor(&mut client).await["recovery_codes_left"], 8);
        let workspace = ada.workspace().await;
        let log = world.log(&workspace).await;
        assert_eq!(log.iter().filter(|action| *action == "user.recovery_code_used").count(), 2, "{log:?}");
        world.verify(&workspace).await;
    }

    async fn a_code_is_as_good_as_the_password_for_changes_of_security(world: Invite) {
        let mut ada = world.founder().await;
        let mut grace = world.invited(&mut ada, "grace", "viewer").await;
        let (app, _) = set_up(world, &mut ada.client).await;
        world.later(601);
        let invitation = json!({ "email": "mark@example.com", "role": "viewer" });
        let both = json!({ "password": PASSWORD, "totp_code": app.code() });
        for (given, expected) in [
            (json!({}), "422 invalid"),
            (both, "422 invalid"),
            (json!({ "totp_code": app.wrong(1)[0] }), "401 invalid_credentials"),
        ] {
            assert_eq!(said(&ada.client.post("/me/sudo", given.clone()).await), expected, "{given}");
            let refused = ada.client.post("/invitations", invitation.clone()).await;
            assert_eq!(said(&refused), "403 sudo_required", "{given}");
        }
        // Whoever has no authenticator has no code.
        let code = json!({ "totp_code": app.code() });
        assert_eq!(said(&grace.client.post("/me/sudo", code.clone()).await), "401 invalid_credentials");
        ada.client.post("/me/sudo", code.clone()).await.expect(204);
        ada.client.post("/invitations", invitation).await.expect(201);
        // It is used up, here and for signing in.
        assert_eq!(said(&ada.client.post("/me/sudo", code.clone()).await), "401 invalid_credentials");
        let replayed = sign_in(&mut world.client(ELSEWHERE), &ada.email, code).await;
        assert_eq!(said(&replayed), "401 invalid_credentials");
    }

    async fn a_new_password_by_link_keeps_the_second_factor(world: Invite) {
        let mut ada = world.founder().await;
        let (app, codes) = set_up(world, &mut ada.client).await;
        let link = recover_user(&world.identity, &ada.email).await.unwrap();
        let token = text(&link["link"]).rsplit('/').next().unwrap().to_owned();
        let new = "an orchard behind the mill";
        let mut client = world.client(ELSEWHERE);
        client.post("/auth/reset", json!({ "token": token, "password": new })).await.expect(204);
        ada.me().await.expect(401);
        let asked = sign_in(&mut client, &ada.email, json!({ "password": new })).await;
        assert_eq!(said(&asked), "401 totp_required");
        let given = json!({ "password": new, "totp_code": app.fresh() });
        sign_in(&mut client, &ada.email, given).await.expect(200);
        assert_eq!(factor(&mut client).await["recovery_codes_left"], codes.len());
    }
}
