//! Turning it off, and new recovery codes.

use serde_json::{Value, json};

use super::{ELSEWHERE, codes_of, factor, said, set_up, sign_in};
use crate::both_engines;
use crate::world::PASSWORD;

fn off(password: &str, code: &str) -> Value {
    json!({ "password": password, "code": code })
}

both_engines! {
    async fn turning_it_off_takes_the_password_and_a_code(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        let mut other = world.client(ELSEWHERE);
        sign_in(&mut other, &ada.email, json!({ "totp_code": app.fresh() })).await.expect(200);
        let code = app.fresh();
        for wrong in [off("not the password", &code), off(PASSWORD, &app.wrong(1)[0]), off(PASSWORD, "")] {
            let refused = ada.client.post("/me/totp/disable", wrong.clone()).await;
            assert_eq!(said(&refused), "401 invalid_credentials", "{wrong}");
            assert_eq!(factor(&mut ada.client).await["enabled"], true, "{wrong}");
            other.get("/me").await.expect(200);
        }
        let mut old = ada.client.clone();
        ada.client.post("/me/totp/disable", off(PASSWORD, &code)).await.expect(204);
        old.get("/me").await.expect(401);
        other.get("/me").await.expect(401);
        ada.me().await.expect(200);
        let status = factor(&mut ada.client).await;
        assert_eq!((&status["enabled"], &status["recovery_codes_left"]), (&json!(false), &json!(0)));
        sign_in(&mut other, &ada.email, json!({})).await.expect(200);
        let again = ada.client.post("/me/totp/disable", off(PASSWORD, &app.fresh())).await;
        assert_eq!(said(&again), "409 two_factor_off");
        let workspace = ada.workspace().await;
        assert!(world.log(&workspace).await.contains(&"user.two_factor_off".to_owned()));
        world.verify(&workspace).await;
    }

    async fn what_was_turned_off_opens_nothing_of_the_next_one(world: Invite) {
        let mut ada = world.founder().await;
        let (first, codes) = set_up(world, &mut ada.client).await;
        // A recovery code stands for a code here, too.
        ada.client.post("/me/totp/disable", off(PASSWORD, &codes[0])).await.expect(204);
        let (second, _) = set_up(world, &mut ada.client).await;
        assert_ne!(first.secret, second.secret);
        let mut client = world.client(ELSEWHERE);
        for given in [json!({ "totp_code": first.fresh() }), json!({ "recovery_code": codes[1] })] {
            let refused = sign_in(&mut client, &ada.email, given.clone()).await;
            assert_eq!(said(&refused), "401 invalid_credentials", "{given}");
        }
        sign_in(&mut client, &ada.email, json!({ "totp_code": second.code() })).await.expect(200);
    }

    async fn new_recovery_codes_end_the_earlier_ones(world: Invite) {
        let mut ada = world.founder().await;
        let refused = ada.client.post("/me/totp/recovery-codes", json!({ "code": "123456" })).await;
        assert_eq!(said(&refused), "409 two_factor_off");
        let (app, old) = set_up(world, &mut ada.client).await;
        // A stolen session, even with the password, makes none.
        let refused = ada.client.post("/me/totp/recovery-codes", json!({ "code": app.wrong(1)[0] })).await;
        assert_eq!(said(&refused), "401 invalid_credentials");
        assert_eq!(factor(&mut ada.client).await["recovery_codes_left"], 10);
        let given = json!({ "code": app.fresh() });
        let made = ada.client.post("/me/totp/recovery-codes", given.clone()).await.expect(200);
        assert_eq!(said(&ada.client.post("/me/totp/recovery-codes", given).await), "401 invalid_credentials");
        assert!(made.header("cache-control").unwrap().contains("no-store"));
        let new = codes_of(&made);
        assert_eq!(new.len(), 10);
        assert!(new.iter().all(|code| !old.contains(code)));
        let mut client = world.client(ELSEWHERE);
        for code in [&old[0], &old[9]] {
            let refused = sign_in(&mut client, &ada.email, json!({ "recovery_code": code })).await;
            assert_eq!(said(&refused), "401 invalid_credentials");
        }
        sign_in(&mut client, &ada.email, json!({ "recovery_code": new[0] })).await.expect(200);
        assert_eq!(factor(&mut ada.client).await["recovery_codes_left"], 9);
        // The authenticator is what it was.
        sign_in(&mut client, &ada.email, json!({ "totp_code": app.fresh() })).await.expect(200);
        let log = world.log(&ada.workspace().await).await;
        assert!(log.contains(&"user.recovery_codes_renewed".to_owned()), "{log:?}");
    }
}
