//! An admin's help for somebody who has lost theirs: it opens this workspace, and no other one.

use identity::commands::{create_user, reset_factor};
use kernel::crypto::SecretText;
use serde_json::{Value, json};

use super::{ELSEWHERE, InTwo, factor, in_two, reset, said, set_up, sign_in};
use crate::both_engines;
use crate::client::Client;
use crate::world::{PASSWORD, text};

async fn place(client: &mut Client) -> String {
    text(&client.get("/me").await.expect(200).json()["workspace"]["id"])
}

fn into(workspace: &str, code: &str) -> Value {
    json!({ "workspace_id": workspace, "totp_code": code })
}

/// What the list of members says of one.
async fn is_listed_with_one(admin: &mut Client, member: &str) -> Value {
    let listed = admin.get("/members").await.expect(200).json();
    let found = listed["data"].as_array().unwrap().iter().find(|one| one["id"] == member);
    found.unwrap()["two_factor"].clone()
}

both_engines! {
    async fn a_reset_counts_in_its_workspace_alone(world: Invite) {
        let InTwo { mut ada, mut grace, app, here, own } = in_two(world).await;
        let mut there = world.client(ELSEWHERE);
        sign_in(&mut there, &grace.email, into(&own, &app.fresh())).await.expect(200);
        assert_eq!((place(&mut grace.client).await, place(&mut there).await), (here.clone(), own.clone()));
        assert_eq!(is_listed_with_one(&mut ada.client, &grace.id).await, true);
        assert_eq!(reset(&mut ada, &grace.id).await, "204");
        assert_eq!(is_listed_with_one(&mut ada.client, &grace.id).await, false);
        assert_eq!(is_listed_with_one(&mut there, &grace.id).await, true);
        grace.me().await.expect(401);
        there.get("/me").await.expect(200);
        assert_eq!(factor(&mut there).await["enabled"], true);
        // Here the password is enough, there it is not.
        let mut client = world.client(ELSEWHERE);
        let (here_alone, own_alone) = (json!({ "workspace_id": here }), json!({ "workspace_id": own }));
        assert_eq!(said(&sign_in(&mut client, &grace.email, own_alone.clone()).await), "401 totp_required");
        sign_in(&mut client, &grace.email, here_alone.clone()).await.expect(200);
        let status = factor(&mut client).await;
        assert_eq!((&status["enabled"], &status["reset"]), (&json!(false), &json!(true)));
        // Nor is going over from here a way in.
        for _ in 0..2 {
            let mut before = client.clone();
            assert_eq!(said(&client.post("/session/workspace", own_alone.clone()).await), "403 totp_required");
            let wrong = into(&own, &app.wrong(1)[0]);
            assert_eq!(said(&client.post("/session/workspace", wrong).await), "401 invalid_credentials");
            assert_eq!(place(&mut client).await, here);
            client.post("/session/workspace", into(&own, &app.fresh())).await.expect(200);
            assert_eq!(place(&mut client).await, own);
            before.get("/me").await.expect(401);
            // Back, and what was given for there is given again the next time.
            client.post("/session/workspace", here_alone.clone()).await.expect(200);
        }
        assert!(world.log(&here).await.contains(&"member.two_factor_reset".to_owned()));
        world.verify(&here).await;
        world.verify(&own).await;
    }

    async fn one_that_is_set_up_after_a_reset_counts_there_alone_until_one_rejoins(world: Invite) {
        let InTwo { mut ada, grace, app, here, own } = in_two(world).await;
        assert_eq!(reset(&mut ada, &grace.id).await, "204");
        // Its wrong codes are not counted together with those below.
        let mut client = world.client("198.51.101.7");
        sign_in(&mut client, &grace.email, json!({ "workspace_id": here })).await.expect(200);
        let (second, codes) = set_up(world, &mut client).await;
        let status = factor(&mut client).await;
        assert_eq!((&status["enabled"], &status["reset"]), (&json!(true), &json!(true)));
        let mut other = world.client(ELSEWHERE);
        let asked = sign_in(&mut other, &grace.email, json!({ "workspace_id": here })).await;
        assert_eq!(said(&asked), "401 totp_required");
        let recovery = json!({ "workspace_id": own, "recovery_code": codes[0] });
        let (code_of_account, code_of_here) = (app.fresh(), second.code());
        for (given, expected) in [
            (into(&here, &code_of_account), "401 invalid_credentials"),
            (into(&own, &code_of_here), "401 invalid_credentials"),
            (recovery, "401 invalid_credentials"),
            (into(&own, &code_of_account), "200"),
            (into(&here, &code_of_here), "200"),
        ] {
            assert_eq!(said(&sign_in(&mut other, &grace.email, given.clone()).await), expected, "{given}");
        }
        let wrong = json!({ "code": second.fresh() });
        assert_eq!(said(&client.post("/me/totp/rejoin", wrong).await), "401 invalid_credentials");
        assert_eq!(factor(&mut client).await["reset"], true);
        let mut old = client.clone();
        client.post("/me/totp/rejoin", json!({ "code": app.fresh() })).await.expect(204);
        let status = factor(&mut client).await;
        assert_eq!((&status["enabled"], &status["reset"]), (&json!(true), &json!(false)));
        old.get("/me").await.expect(401);
        other.get("/me").await.expect(401);
        let (code_of_account, code_of_here) = (app.fresh(), second.code());
        for (given, expected) in
            [(into(&here, &code_of_here), "401 invalid_credentials"), (into(&here, &code_of_account), "200")]
        {
            assert_eq!(said(&sign_in(&mut other, &grace.email, given.clone()).await), expected, "{given}");
        }
        // One factor for both: going over takes nothing more.
        client.post("/session/workspace", json!({ "workspace_id": own })).await.expect(200);
        world.verify(&here).await;
    }

    async fn of_somebody_who_is_nowhere_else_nothing_is_left(world: Invite) {
        let mut ada = world.founder().await;
        let mut grace = world.invited(&mut ada, "grace", "viewer").await;
        let (first, codes) = set_up(world, &mut grace.client).await;
        assert_eq!(reset(&mut ada, &grace.id).await, "204");
        grace.me().await.expect(401);
        let mut client = world.client(ELSEWHERE);
        sign_in(&mut client, &grace.email, json!({})).await.expect(200);
        let status = factor(&mut client).await;
        let shown = (&status["enabled"], &status["reset"], &status["recovery_codes_left"]);
        assert_eq!(shown, (&json!(false), &json!(false), &json!(0)));
        let (second, _) = set_up(world, &mut client).await;
        let mut other = world.client(ELSEWHERE);
        for (given, expected) in [
            (json!({}), "401 totp_required"),
            (json!({ "totp_code": first.fresh() }), "401 invalid_credentials"),
            (json!({ "recovery_code": codes[0] }), "401 invalid_credentials"),
            (json!({ "totp_code": second.code() }), "200"),
        ] {
            assert_eq!(said(&sign_in(&mut other, &grace.email, given.clone()).await), expected, "{given}");
        }
    }

    async fn only_admins_reset_and_only_their_own_members(world: Invite) {
        let mut ada = world.founder().await;
        let mut bea = world.invited(&mut ada, "bea", "admin").await;
        let mut mark = world.invited(&mut ada, "mark", "manager").await;
        let mut grace = world.invited(&mut ada, "grace", "developer").await;
        assert_eq!(reset(&mut bea, &grace.id).await, "409 two_factor_off");
        set_up(world, &mut grace.client).await;
        set_up(world, &mut ada.client).await;
        assert_eq!(reset(&mut mark, &grace.id).await, "403 forbidden");
        assert_eq!(reset(&mut bea, &ada.id).await, "403 outranked");
        let secret = SecretText::new(PASSWORD.into());
        let made = create_user(&world.identity, "eve@example.com", "Eve", secret, false, None).await.unwrap();
        let mut eve = world.signed_in("eve@example.com").await;
        set_up(world, &mut eve.client).await;
        for nobody in [text(&made["user"]["id"]).as_str(), "user_01jd3k00000000000000000000", "nonsense"] {
            assert_eq!(reset(&mut bea, nobody).await, "404 not_found", "{nobody}");
        }
        assert_eq!(reset(&mut eve, &grace.id).await, "404 not_found");
        world.later(601);
        assert_eq!(reset(&mut bea, &grace.id).await, "403 sudo_required");
        // Nothing of it changed anything.
        for person in [&mut ada, &mut grace, &mut eve] {
            person.me().await.expect(200);
            let asked = sign_in(&mut world.client(ELSEWHERE), &person.email, json!({})).await;
            assert_eq!(said(&asked), "401 totp_required", "{}", person.email);
        }
        bea.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(204);
        assert_eq!(reset(&mut bea, &grace.id).await, "204");
        grace.me().await.expect(401);
    }

    /// It would be a way around the code that turning it off takes.
    async fn nobody_resets_their_own(world: Invite) {
        let mut ada = world.founder().await;
        let mut bea = world.invited(&mut ada, "bea", "admin").await;
        set_up(world, &mut ada.client).await;
        set_up(world, &mut bea.client).await;
        for person in [&mut ada, &mut bea] {
            let own = person.id.clone();
            assert_eq!(reset(person, &own).await, "403 own_factor", "{}", person.email);
            person.client.form(&format!("/~/members/{own}/reset-2fa"), &[]).await.expect(403);
        }
        let path = format!("/superadmin/users/{}/reset-2fa", ada.id);
        assert_eq!(said(&ada.client.post(&path, json!({})).await), "403 own_factor");
        for person in [&mut ada, &mut bea] {
            let status = factor(&mut person.client).await;
            let shown = (&status["enabled"], &status["reset"], &status["recovery_codes_left"]);
            assert_eq!(shown, (&json!(true), &json!(false), &json!(10)), "{}", person.email);
            let asked = sign_in(&mut world.client(ELSEWHERE), &person.email, json!({})).await;
            assert_eq!(said(&asked), "401 totp_required", "{}", person.email);
        }
        // Another who may, does.
        assert_eq!(reset(&mut ada, &bea.id).await, "204");
    }

    /// The password counts everywhere, and that admin's word in one workspace.
    async fn whom_a_reset_let_in_does_not_change_the_password(world: Invite) {
        let InTwo { mut ada, grace, app, here, own } = in_two(world).await;
        assert_eq!(reset(&mut ada, &grace.id).await, "204");
        let (mut client, mut other) = (world.client(ELSEWHERE), world.client("198.51.101.7"));
        let here_alone = json!({ "workspace_id": here });
        sign_in(&mut client, &grace.email, here_alone.clone()).await.expect(200);
        let new = "an orchard behind the mill";
        let change = json!({ "current_password": PASSWORD, "new_password": new });
        assert_eq!(said(&client.post("/me/password", change.clone()).await), "403 totp_required");
        let fields = [("current_password", PASSWORD), ("new_password", new)];
        let page = client.form("/~/account/password", &fields).await.expect(403);
        assert!(page.text.contains("reset in this workspace"), "{}", page.text);
        let with_new = json!({ "password": new, "workspace_id": here });
        assert_eq!(said(&sign_in(&mut other, &grace.email, with_new).await), "401 invalid_credentials");
        sign_in(&mut other, &grace.email, here_alone).await.expect(200);
        // Nor with an authenticator that counts here alone.
        set_up(world, &mut client).await;
        assert_eq!(said(&client.post("/me/password", change.clone()).await), "403 totp_required");
        client.post("/me/totp/rejoin", json!({ "code": app.fresh() })).await.expect(204);
        client.post("/me/password", change).await.expect(204);
        let given = into(&own, &app.fresh());
        assert_eq!(said(&sign_in(&mut other, &grace.email, given).await), "401 invalid_credentials");
        let given = json!({ "password": new, "workspace_id": own, "totp_code": app.code() });
        sign_in(&mut other, &grace.email, given).await.expect(200);
    }

    async fn where_nothing_was_reset_there_is_nothing_to_rejoin(world: Invite) {
        let InTwo { mut ada, mut grace, app, own, .. } = in_two(world).await;
        let code = app.fresh();
        for (client, given) in [(&mut ada.client, "000000"), (&mut grace.client, code.as_str())] {
            let refused = client.post("/me/totp/rejoin", json!({ "code": given })).await;
            assert_eq!(said(&refused), "409 two_factor_off");
            client.form("/~/two-factor/rejoin", &[("code", given)]).await.expect(409);
        }
        // The code is not used up.
        let mut there = world.client(ELSEWHERE);
        sign_in(&mut there, &grace.email, into(&own, &code)).await.expect(200);
        // A reset in one workspace is none in another.
        assert_eq!(reset(&mut ada, &grace.id).await, "204");
        let refused = there.post("/me/totp/rejoin", json!({ "code": app.fresh() })).await;
        assert_eq!(said(&refused), "409 two_factor_off");
        there.get("/me").await.expect(200);
    }

    async fn whoever_runs_the_server_takes_it_off_everywhere(world: Invite) {
        let InTwo { mut ada, mut grace, app, here, own } = in_two(world).await;
        let mut there = world.client(ELSEWHERE);
        sign_in(&mut there, &grace.email, into(&own, &app.fresh())).await.expect(200);
        let path = format!("/superadmin/users/{}/reset-2fa", grace.id);
        let nobody = "/superadmin/users/user_01jd3k00000000000000000000/reset-2fa";
        assert_eq!(said(&grace.client.post(&path, json!({})).await), "404 not_found");
        assert_eq!(said(&ada.client.post(nobody, json!({})).await), "404 not_found");
        world.later(601);
        assert_eq!(said(&ada.client.post(&path, json!({})).await), "403 sudo_required");
        grace.me().await.expect(200);
        ada.client.post("/me/sudo", json!({ "password": PASSWORD })).await.expect(204);
        ada.client.post(&path, json!({})).await.expect(204);
        grace.me().await.expect(401);
        there.get("/me").await.expect(401);
        for workspace in [&here, &own] {
            let mut client = world.client(ELSEWHERE);
            sign_in(&mut client, &grace.email, json!({ "workspace_id": workspace })).await.expect(200);
            assert_eq!(factor(&mut client).await["enabled"], false);
            assert!(world.log(workspace).await.contains(&"user.two_factor_reset".to_owned()));
            world.verify(workspace).await;
        }
    }

    async fn the_operator_takes_it_off_whoever_it_is(world: Invite) {
        let mut ada = world.founder().await;
        let (_, codes) = set_up(world, &mut ada.client).await;
        let done = reset_factor(&world.identity, "Ada@example.com").await.unwrap();
        assert_eq!((text(&done["user"]), &done["had_one"]), (ada.id.clone(), &json!(true)));
        ada.me().await.expect(401);
        let mut client = world.client(ELSEWHERE);
        sign_in(&mut client, &ada.email, json!({})).await.expect(200);
        let status = factor(&mut client).await;
        assert_eq!((&status["enabled"], &status["recovery_codes_left"]), (&json!(false), &json!(0)));
        assert_eq!(reset_factor(&world.identity, &ada.email).await.unwrap()["had_one"], false);
        assert!(reset_factor(&world.identity, "nobody@example.com").await.is_err());
        // Who had none stays signed in; and what is over does not come back with the next one.
        client.get("/me").await.expect(200);
        set_up(world, &mut client).await;
        let old = json!({ "recovery_code": codes[0] });
        let refused = sign_in(&mut world.client(ELSEWHERE), &ada.email, old).await;
        assert_eq!(said(&refused), "401 invalid_credentials");
    }
}
