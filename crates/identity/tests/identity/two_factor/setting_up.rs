//! Setting an authenticator up: what counts when, and what is stored of it.

use identity::commands::recover_user;
use kernel::UserId;
use serde_json::json;
use store::params;
use totp_rs::Secret;

use super::{Authenticator, ELSEWHERE, codes_of, factor, said, set_up, sign_in};
use crate::both_engines;
use crate::client::Client;
use crate::world::{PASSWORD, Person, World, text};

store::statements! {
    control SECRETS = "SELECT secret FROM totp_factors WHERE user_id = $1 ORDER BY scope LIMIT 10";
    control CODES = "SELECT code_hash FROM recovery_codes WHERE user_id = $1 ORDER BY code_hash LIMIT 100";
}

const SET_UP: &str = "/~/two-factor/set-up";

/// An authenticator that is offered, and waits for its first code.
async fn begin(world: &World, client: &mut Client) -> Authenticator {
    let offer = client.post("/me/totp", json!({})).await.expect(200).json();
    Authenticator::of(world, &offer)
}

/// What comes of confirming it now.
async fn confirm(client: &mut Client, app: &Authenticator) -> String {
    said(&client.post("/me/totp/confirm", json!({ "code": app.code() })).await)
}

/// How many are stored of somebody, those that wait to be confirmed as well.
async fn stored(world: &World, person: &Person) -> usize {
    let user = person.id.parse::<UserId>().unwrap();
    let sealed: Vec<(Vec<u8>,)> = world.store.control().all(&SECRETS, params![user]).await.unwrap();
    sealed.len()
}

both_engines! {
    async fn it_counts_once_a_code_confirms_it(world: Invite) {
        let mut ada = world.founder().await;
        let mut other = world.signed_in(&ada.email).await;
        let offer = ada.client.post("/me/totp", json!({})).await.expect(200);
        assert!(offer.header("cache-control").unwrap().contains("no-store"));
        let offer = offer.json();
        let app = Authenticator::of(world, &offer);
        let uri = text(&offer["otpauth_uri"]);
        let begins = format!("otpauth://totp/Trackhold:ada%40example.com?secret={}", app.secret);
        assert!(uri.starts_with(&begins), "{uri}");
        assert!(text(&offer["qr_svg"]).starts_with("<svg"));
        // Until then nothing is on, and nothing is asked for.
        sign_in(&mut world.client(ELSEWHERE), &ada.email, json!({})).await.expect(200);
        let wrong = json!({ "code": app.wrong(1)[0] });
        let refused = ada.client.post("/me/totp/confirm", wrong).await.expect(422).json();
        assert_eq!(refused["errors"][0]["pointer"], "/code");
        let status = factor(&mut ada.client).await;
        assert_eq!((&status["enabled"], &status["recovery_codes_left"]), (&json!(false), &json!(0)));
        other.me().await.expect(200);
        sign_in(&mut world.client(ELSEWHERE), &ada.email, json!({})).await.expect(200);

        let mut old = ada.client.clone();
        let done = ada.client.post("/me/totp/confirm", json!({ "code": app.code() })).await.expect(200);
        assert!(done.header("cache-control").unwrap().contains("no-store"));
        let codes = codes_of(&done);
        assert_eq!(codes.len(), 10);
        assert!(codes.iter().skip(1).all(|code| *code != codes[0]), "{codes:?}");
        old.get("/me").await.expect(401);
        other.me().await.expect(401);
        ada.me().await.expect(200);
        let sessions = ada.client.get("/me/sessions").await.expect(200).json();
        assert_eq!(sessions["data"].as_array().unwrap().len(), 1);
        let status = factor(&mut ada.client).await;
        assert_eq!((&status["enabled"], &status["recovery_codes_left"]), (&json!(true), &json!(10)));
        assert_eq!((status["confirmed_at"].is_string(), &status["reset"]), (true, &json!(false)));
        let mut client = world.client(ELSEWHERE);
        assert_eq!(said(&sign_in(&mut client, &ada.email, json!({})).await), "401 totp_required");
        assert!(client.cookie.is_none());
        let workspace = ada.workspace().await;
        assert!(world.log(&workspace).await.contains(&"user.two_factor_on".to_owned()));
        world.verify(&workspace).await;
    }

    async fn what_is_on_is_not_begun_again(world: Invite) {
        let mut ada = world.founder().await;
        let code = json!({ "code": "000000" });
        let early = ada.client.post("/me/totp/confirm", code.clone()).await;
        assert_eq!(said(&early), "409 two_factor_not_begun");
        let (app, _) = set_up(world, &mut ada.client).await;
        assert_eq!(said(&ada.client.post("/me/totp", json!({})).await), "409 two_factor_on");
        assert_eq!(said(&ada.client.post("/me/totp/confirm", code).await), "409 two_factor_on");
        // It is still the same one.
        let given = json!({ "totp_code": app.fresh() });
        sign_in(&mut world.client(ELSEWHERE), &ada.email, given).await.expect(200);
    }

    async fn a_later_offer_takes_the_place_of_an_earlier_one(world: Invite) {
        let mut ada = world.founder().await;
        let earlier = ada.client.post("/me/totp", json!({})).await.expect(200).json();
        let later = ada.client.post("/me/totp", json!({})).await.expect(200).json();
        let (earlier, later) = (Authenticator::of(world, &earlier), Authenticator::of(world, &later));
        assert_ne!(earlier.secret, later.secret);
        ada.client.post("/me/totp/confirm", json!({ "code": earlier.code() })).await.expect(422);
        ada.client.post("/me/totp/confirm", json!({ "code": later.code() })).await.expect(200);
        let mut client = world.client(ELSEWHERE);
        let given = json!({ "totp_code": earlier.fresh() });
        assert_eq!(said(&sign_in(&mut client, &ada.email, given).await), "401 invalid_credentials");
        sign_in(&mut client, &ada.email, json!({ "totp_code": later.code() })).await.expect(200);
    }

    /// Another session may be a thief's: nobody scans what it began, nor does it confirm what others began.
    async fn an_offer_is_for_the_session_that_began_it(world: Invite) {
        let mut ada = world.founder().await;
        let mut other = world.signed_in(&ada.email).await.client;
        let app = begin(world, &mut ada.client).await;
        assert!(ada.client.get(SET_UP).await.expect(200).text.contains(&app.secret));
        let page = other.get(SET_UP).await.expect(200);
        assert!(!page.text.contains(&app.secret) && !page.text.contains("id=\"secret\""), "{}", page.text);
        assert_eq!(confirm(&mut other, &app).await, "409 two_factor_not_begun");
        let code = app.code();
        let page = other.form("/~/two-factor/confirm", &[("code", code.as_str())]).await.expect(409);
        assert!(!page.text.contains(&app.secret), "{}", page.text);
        // The other way round, and what was begun first is over.
        let foreign = begin(world, &mut other).await;
        let page = ada.client.get(SET_UP).await.expect(200);
        assert!(!page.text.contains(&foreign.secret) && !page.text.contains(&app.secret), "{}", page.text);
        for known in [&foreign, &app] {
            assert_eq!(confirm(&mut ada.client, known).await, "409 two_factor_not_begun");
        }
        assert_eq!(factor(&mut ada.client).await["enabled"], false);
        let app = begin(world, &mut ada.client).await;
        assert_eq!(confirm(&mut other, &foreign).await, "409 two_factor_not_begun");
        assert_eq!(confirm(&mut ada.client, &app).await, "200");
        other.get("/me").await.expect(401);
    }

    async fn an_offer_is_over_after_half_an_hour(world: Invite) {
        let mut ada = world.founder().await;
        let app = begin(world, &mut ada.client).await;
        world.later(30 * 60 - 1);
        ada.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(204);
        assert!(ada.client.get(SET_UP).await.expect(200).text.contains(&app.secret));
        world.later(1);
        assert!(!ada.client.get(SET_UP).await.expect(200).text.contains(&app.secret));
        assert_eq!(confirm(&mut ada.client, &app).await, "409 two_factor_not_begun");
        assert_eq!(factor(&mut ada.client).await["enabled"], false);
        // A second before that it is not.
        let app = begin(world, &mut ada.client).await;
        world.later(30 * 60 - 1);
        ada.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(204);
        assert_eq!(confirm(&mut ada.client, &app).await, "200");
    }

    async fn a_new_password_ends_what_is_offered(world: Invite) {
        let mut ada = world.founder().await;
        let app = begin(world, &mut ada.client).await;
        assert_eq!(stored(world, &ada).await, 1);
        let change = json!({ "current_password": PASSWORD, "new_password": "an orchard behind the mill" });
        ada.client.post("/me/password", change).await.expect(204);
        assert_eq!(stored(world, &ada).await, 0);
        assert_eq!(confirm(&mut ada.client, &app).await, "409 two_factor_not_begun");

        let app = begin(world, &mut ada.client).await;
        let link = recover_user(&world.identity, &ada.email).await.unwrap();
        let token = text(&link["link"]).rsplit('/').next().unwrap().to_owned();
        assert_eq!(stored(world, &ada).await, 1);
        let new = "an orchard behind mill number 2";
        let mut client = world.client(ELSEWHERE);
        client.post("/auth/reset", json!({ "token": token, "password": new })).await.expect(204);
        assert_eq!(stored(world, &ada).await, 0);
        ada.me().await.expect(401);
        sign_in(&mut client, &ada.email, json!({ "password": new })).await.expect(200);
        assert_eq!(confirm(&mut client, &app).await, "409 two_factor_not_begun");
        assert_eq!(factor(&mut client).await["enabled"], false);
    }

    /// Not even a code that the authenticator shows: it was seen when it was turned on.
    async fn the_code_that_turned_it_on_is_used(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        let mut client = world.client(ELSEWHERE);
        let given = json!({ "totp_code": app.code() });
        assert_eq!(said(&sign_in(&mut client, &ada.email, given).await), "401 invalid_credentials");
        sign_in(&mut client, &ada.email, json!({ "totp_code": app.fresh() })).await.expect(200);
    }

    async fn changing_anything_of_it_wants_a_fresh_password(world: Invite) {
        let mut ada = world.founder().await;
        ada.client.post("/me/totp", json!({})).await.expect(200);
        world.later(601);
        let parts = ["", "/confirm", "/recovery-codes", "/disable", "/rejoin"];
        for part in parts {
            let reply = ada.client.post(&format!("/me/totp{part}"), json!({})).await;
            assert_eq!(said(&reply), "403 sudo_required", "{part}");
        }
        assert_eq!(factor(&mut ada.client).await["enabled"], false);
        ada.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(204);
        set_up(world, &mut ada.client).await;
        assert_eq!(factor(&mut ada.client).await["enabled"], true);
        let mut nobody = world.client(ELSEWHERE);
        for part in parts {
            nobody.post(&format!("/me/totp{part}"), json!({})).await.expect(401);
        }
        nobody.get("/me/totp").await.expect(401);
    }

    async fn neither_the_secret_nor_a_recovery_code_is_stored_readably(world: Invite) {
        let mut ada = world.founder().await;
        let (app, codes) = set_up(world, &mut ada.client).await;
        let (user, control) = (ada.id.parse::<UserId>().unwrap(), world.store.control());
        let sealed: Vec<(Vec<u8>,)> = control.all(&SECRETS, params![user]).await.unwrap();
        let hashes: Vec<(Vec<u8>,)> = control.all(&CODES, params![user]).await.unwrap();
        assert_eq!((sealed.len(), hashes.len()), (1, 10));
        let holds = |shown: &[u8]| {
            sealed.iter().chain(&hashes).any(|(stored,)| stored.windows(shown.len()).any(|part| part == shown))
        };
        let secret = Secret::try_from_base32(&app.secret).unwrap();
        assert!(!holds(secret.as_bytes()) && !holds(app.secret.as_bytes()));
        for code in &codes {
            let letters = code.replace('-', "");
            let bytes = Secret::try_from_base32(letters.to_ascii_uppercase()).unwrap();
            assert!(!holds(code.as_bytes()) && !holds(letters.as_bytes()) && !holds(bytes.as_bytes()));
        }
    }
}
