//! The same in a browser without script.

use serde_json::json;

use super::{
    Authenticator, ELSEWHERE, GUESSER, InTwo, codes_of, factor, in_two, reset, said, set_up, sign_in,
};
use crate::both_engines;
use crate::client::{Client, Reply};
use crate::world::{PASSWORD, World, text};

const FORM: &str = "application/x-www-form-urlencoded";

fn leads_to(reply: &Reply) -> &str {
    reply.header("location").unwrap_or_default()
}

/// Gives Ada's password; the token that stands for it until a code comes.
async fn password_given(browser: &mut Client) -> String {
    password_of(browser, "ada@example.com").await
}

async fn password_of(browser: &mut Client, email: &str) -> String {
    let fields = [("email", email), ("password", PASSWORD), ("next", "/members")];
    let asked = browser.form("/~/login", &fields).await.expect(303);
    assert_eq!(leads_to(&asked), "/login/code?next=/members");
    assert!(browser.cookie.is_none(), "{}", asked.head);
    let set = asked.header("set-cookie").unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Max-Age=300"), "{set}");
    let token = set.strip_prefix("trackhold-waiting=").and_then(|rest| rest.split(';').next());
    token.expect("a token").to_owned()
}

/// The page that asks for a code.
async fn shown(browser: &mut Client, token: &str) -> Reply {
    let cookie = format!("cookie: trackhold-waiting={token}\r\n");
    browser.send_with("GET", "/~/login/code?next=/members", None, "", &cookie).await
}

async fn give(browser: &mut Client, token: &str, code: &str) -> Reply {
    enter(browser, token, &format!("code={code}&next=%2Fmembers")).await
}

async fn enter(browser: &mut Client, token: &str, body: &str) -> Reply {
    let cookie = format!("cookie: trackhold-waiting={token}\r\n");
    browser.send_with("POST", "/~/login/code", Some(FORM), body, &cookie).await
}

/// Grace was last in her own workspace, and in Ada's her second factor is reset.
async fn reset_where_she_was_not_last(world: &World) -> InTwo {
    let mut both = in_two(world).await;
    assert_eq!(reset(&mut both.ada, &both.grace.id).await, "204");
    let given = json!({ "workspace_id": both.own, "totp_code": both.app.fresh() });
    sign_in(&mut world.client(ELSEWHERE), &both.grace.email, given).await.expect(200);
    both
}

/// They have to begin again.
#[track_caller]
fn came_to_nothing(browser: &Client, reply: Reply) {
    let reply = reply.expect(303);
    assert_eq!(leads_to(&reply), "/login?done=too-late&next=/members");
    assert!(browser.cookie.is_none(), "{}", reply.head);
    assert!(reply.header("set-cookie").unwrap().starts_with("trackhold-waiting=;"), "{}", reply.head);
}

both_engines! {
    async fn the_password_leads_to_the_code_and_the_code_to_a_session(world: Invite) {
        let mut ada = world.founder().await;
        let (app, recovery) = set_up(world, &mut ada.client).await;
        let mut browser = world.client(ELSEWHERE);
        let token = password_given(&mut browser).await;
        // It stands for the password alone: it is no session, and a session's token is not it.
        let mut thief = world.client(ELSEWHERE);
        thief.cookie = Some(token.clone());
        thief.get("/me").await.expect(401);
        let page = shown(&mut browser, &token).await.expect(200);
        assert!(page.text.contains("ada@example.com") && !page.text.contains(&token), "{}", page.text);
        let code = app.fresh();
        let wrong = give(&mut browser, &token, &app.wrong(1)[0]).await.expect(422);
        assert!(wrong.text.contains("That code is not right"), "{}", wrong.text);
        assert!(browser.cookie.is_none());
        let session = ada.client.cookie.clone().unwrap();
        for unknown in ["", "x", &"A".repeat(43), &format!("{token}="), &session] {
            let reply = shown(&mut browser, unknown).await;
            came_to_nothing(&browser, reply);
            let reply = give(&mut browser, unknown, &code).await;
            came_to_nothing(&browser, reply);
        }
        let entered = give(&mut browser, &token, &code).await.expect(303);
        assert_eq!(leads_to(&entered), "/members");
        let set = entered.header("set-cookie").unwrap();
        assert!(set.starts_with("trackhold=") && set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
        assert!(entered.head.contains("trackhold-waiting=;"), "{}", entered.head);
        browser.get("/~/members").await.expect(200);
        // The token is used up.
        let mut other = world.client(ELSEWHERE);
        let reply = give(&mut other, &token, &app.fresh()).await;
        came_to_nothing(&other, reply);
        // One field takes both kinds of codes.
        let token = password_given(&mut other).await;
        assert_eq!(leads_to(&give(&mut other, &token, &recovery[0]).await.expect(303)), "/members");
        assert_eq!(factor(&mut other).await["recovery_codes_left"], 9);
    }

    async fn a_wrong_password_brings_nobody_to_the_code(world: Invite) {
        let mut ada = world.founder().await;
        set_up(world, &mut ada.client).await;
        let mut browser = world.client(ELSEWHERE);
        let fields = [("email", "ada@example.com"), ("password", "not it, not it")];
        let wrong = browser.form("/~/login", &fields).await.expect(401);
        assert!(wrong.header("set-cookie").is_none(), "{}", wrong.head);
    }

    async fn it_waits_for_the_code_for_five_minutes(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        let mut browser = world.client(ELSEWHERE);
        let token = password_given(&mut browser).await;
        world.later(300);
        let reply = give(&mut browser, &token, &app.code()).await;
        came_to_nothing(&browser, reply);
        let token = password_given(&mut browser).await;
        world.later(299);
        give(&mut browser, &token, &app.code()).await.expect(303);
        browser.get("/me").await.expect(200);
    }

    async fn a_new_password_ends_the_waiting(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        let mut browser = world.client(ELSEWHERE);
        let token = password_given(&mut browser).await;
        let change = json!({ "current_password": PASSWORD, "new_password": "an orchard behind the mill" });
        ada.client.post("/me/password", change).await.expect(204);
        let reply = give(&mut browser, &token, &app.fresh()).await;
        came_to_nothing(&browser, reply);
        // The code was not looked at.
        let given = json!({ "password": "an orchard behind the mill", "totp_code": app.code() });
        sign_in(&mut browser, &ada.email, given).await.expect(200);
    }

    async fn five_wrong_codes_on_the_page_shut_the_door(world: Invite) {
        let mut ada = world.founder().await;
        let (app, _) = set_up(world, &mut ada.client).await;
        let mut browser = world.client(ELSEWHERE);
        let token = password_given(&mut browser).await;
        for code in app.wrong(5) {
            give(&mut browser, &token, &code).await.expect(422);
        }
        let shut = give(&mut browser, &token, &app.fresh()).await.expect(429);
        assert!(shut.header("retry-after").is_some());
        // A new page is no new door.
        let token = password_given(&mut browser).await;
        give(&mut browser, &token, &app.code()).await.expect(429);
        assert!(browser.cookie.is_none());
    }

    async fn setting_it_up_in_a_browser(world: Invite) {
        let mut ada = world.founder().await;
        let offer = ada.client.post("/me/totp", json!({})).await.expect(200).json();
        let earlier = Authenticator::of(world, &offer);
        let begun = ada.client.form("/~/two-factor/begin", &[("next", "/account")]).await.expect(303);
        assert_eq!(leads_to(&begun), "/two-factor/set-up?next=/account");
        let page = ada.client.get("/~/two-factor/set-up?next=/account").await.expect(200);
        assert!(page.header("cache-control").unwrap().contains("no-store"));
        assert!(page.text.contains("<svg") && !page.text.contains(&earlier.secret));
        let (_, rest) = page.text.split_once("id=\"secret\"").expect("the secret");
        let (_, rest) = rest.split_once("data-value=\"").expect("the whole of it");
        let secret = rest.split('"').next().unwrap().to_owned();
        let app = Authenticator { secret, clock: world.clock.clone() };
        for (code, status) in [(app.wrong(1)[0].clone(), 422), (app.code(), 200)] {
            let fields = [("code", code.as_str()), ("next", "/account")];
            let shown = ada.client.form("/~/two-factor/confirm", &fields).await.expect(status);
            assert_eq!(shown.text.contains("id=\"codes\""), status == 200, "{}", shown.text);
        }
        assert_eq!(factor(&mut ada.client).await["enabled"], true);
        let again = ada.client.get("/~/two-factor/set-up?next=/account").await.expect(303);
        assert_eq!(leads_to(&again), "/account");
        let given = json!({ "code": app.fresh() });
        let made = codes_of(&ada.client.post("/me/totp/recovery-codes", given).await.expect(200));
        let code = app.wrong(1)[0].clone();
        let again = ada.client.form("/~/two-factor/codes", &[("code", code.as_str())]).await.expect(422);
        assert!(!again.text.contains("id=\"codes\""), "{}", again.text);
        let code = app.fresh();
        let shown = ada.client.form("/~/two-factor/codes", &[("code", code.as_str())]).await.expect(200);
        assert!(shown.text.contains("id=\"codes\"") && made.iter().all(|code| !shown.text.contains(code)));
        for (code, status) in [(app.wrong(1)[0].clone(), 422), (app.fresh(), 303)] {
            let fields = [("password", PASSWORD), ("code", code.as_str())];
            ada.client.form("/~/two-factor/disable", &fields).await.expect(status);
            assert_eq!(factor(&mut ada.client).await["enabled"], status == 422);
        }
    }

    async fn going_to_a_workspace_that_asks_for_more(world: Invite) {
        let InTwo { mut ada, grace, app, here, own } = in_two(world).await;
        assert_eq!(reset(&mut ada, &grace.id).await, "204");
        let mut browser = world.client(ELSEWHERE);
        sign_in(&mut browser, &grace.email, json!({ "workspace_id": here })).await.expect(200);
        let fields = [("workspace_id", own.as_str()), ("next", "/members")];
        let asked = browser.form("/~/session/workspace", &fields).await.expect(303);
        let path = leads_to(&asked).to_owned();
        assert!(path.starts_with(&format!("/session/workspace/code?workspace_id={own}")), "{path}");
        assert!(browser.get(&format!("/~{path}")).await.expect(200).text.contains(&own));
        let (wrong, code) = (app.wrong(1)[0].clone(), app.fresh());
        let refused = browser.form("/~/session/workspace", &[fields[0], ("code", &wrong), fields[1]]).await;
        assert!(refused.expect(422).text.contains("That code is not right"));
        let entered = browser.form("/~/session/workspace", &[fields[0], ("code", &code), fields[1]]).await;
        assert_eq!(leads_to(&entered.expect(303)), "/members");
        assert_eq!(browser.get("/me").await.expect(200).json()["workspace"]["id"], own.as_str());
    }

    async fn without_a_waiting_that_goes_on_one_begins_again(world: Invite) {
        let mut ada = world.founder().await;
        let (app, recovery) = set_up(world, &mut ada.client).await;
        let mut browser = world.client(ELSEWHERE);
        let replaced = password_given(&mut browser).await;
        let token = password_given(&mut browser).await;
        let code = app.fresh();
        // None, one that nobody was given, and an earlier one: each person has one at a time.
        let fields = [("code", code.as_str()), ("next", "/members")];
        let reply = browser.form("/~/login/code", &fields).await;
        came_to_nothing(&browser, reply);
        for over in ["A".repeat(43), replaced] {
            let reply = shown(&mut browser, &over).await;
            came_to_nothing(&browser, reply);
            let reply = give(&mut browser, &over, &code).await;
            came_to_nothing(&browser, reply);
        }
        // The code was not looked at.
        assert_eq!(leads_to(&give(&mut browser, &token, &code).await.expect(303)), "/members");
        browser.get("/me").await.expect(200);
        // It ended with that, whatever else is given.
        let mut thief = world.client(GUESSER);
        for given in [&app.fresh(), &recovery[0]] {
            let reply = give(&mut thief, &token, given).await;
            came_to_nothing(&thief, reply);
        }
        let token = password_given(&mut thief).await;
        world.later(300);
        let reply = shown(&mut thief, &token).await;
        came_to_nothing(&thief, reply);
        let reply = give(&mut thief, &token, &recovery[0]).await;
        came_to_nothing(&thief, reply);
        assert_eq!(factor(&mut browser).await["recovery_codes_left"], 10);
    }

    async fn after_a_reset_the_page_shows_the_way_to_where_it_was(world: Invite) {
        let InTwo { mut ada, grace, app, here, own } = reset_where_she_was_not_last(world).await;
        let made = ada.client.post("/workspaces", json!({ "name": "Foreign" })).await.expect(201).json();
        let foreign = text(&made["id"]);
        let mut browser = world.client(ELSEWHERE);
        let token = password_of(&mut browser, &grace.email).await;
        let page = shown(&mut browser, &token).await.expect(200);
        assert!(page.text.contains("Go to Northwind, where it was reset"), "{}", page.text);
        assert!(page.text.contains(&here) && !page.text.contains("Go to Own"), "{}", page.text);
        // Where it was not reset a code is asked for, and where she is not nothing opens.
        for code in ["", app.wrong(1)[0].as_str()] {
            let body = format!("workspace_id={own}&code={code}&next=%2Fmembers");
            enter(&mut browser, &token, &body).await.expect(422);
            assert!(browser.cookie.is_none(), "{code}");
        }
        for elsewhere in [foreign.as_str(), "ws_01jd3k00000000000000000000"] {
            let body = format!("workspace_id={elsewhere}&next=%2Fmembers");
            let reply = enter(&mut browser, &token, &body).await;
            came_to_nothing(&browser, reply);
        }
        let entered = enter(&mut browser, &token, &format!("workspace_id={here}")).await.expect(303);
        assert_eq!(leads_to(&entered), "/");
        assert!(entered.head.contains("trackhold-waiting=;"), "{}", entered.head);
        assert_eq!(browser.get("/me").await.expect(200).json()["workspace"]["id"], here.as_str());
        let over = browser.post("/session/workspace", json!({ "workspace_id": own })).await;
        assert_eq!(said(&over), "403 totp_required");
        // It took no code, so that nothing but the token was used up.
        let mut thief = world.client(GUESSER);
        let reply = enter(&mut thief, &token, &format!("workspace_id={here}&next=%2Fmembers")).await;
        came_to_nothing(&thief, reply);
    }

    async fn of_ten_who_bring_one_waiting_one_comes_in(world: Invite) {
        let InTwo { grace, here, .. } = reset_where_she_was_not_last(world).await;
        let token = password_of(&mut world.client(ELSEWHERE), &grace.email).await;
        let mut running = Vec::new();
        for number in 0..10 {
            let mut client = world.client(&format!("198.51.{number}.7"));
            let (token, body) = (token.clone(), format!("workspace_id={here}"));
            running.push(tokio::spawn(async move {
                let status = enter(&mut client, &token, &body).await.status;
                (status, client.cookie.is_some())
            }));
        }
        let mut came_in = 0;
        for one in running {
            match one.await.unwrap() {
                (303, true) => came_in += 1,
                // Too late, or later than another by so little that it was still there.
                (303 | 422, false) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(came_in, 1);
        world.verify(&here).await;
    }

    async fn somebody_in_no_workspace_is_told_so_behind_the_code(world: Invite) {
        let mut ada = world.founder().await;
        let mut grace = world.invited(&mut ada, "grace", "viewer").await;
        let (app, recovery) = set_up(world, &mut grace.client).await;
        ada.client.delete(&format!("/members/{}", grace.id)).await.expect(204);
        grace.me().await.expect(401);
        let mut browser = world.client(ELSEWHERE);
        let token = password_of(&mut browser, &grace.email).await;
        shown(&mut browser, &token).await.expect(200);
        give(&mut browser, &token, &app.wrong(1)[0]).await.expect(422);
        assert!(browser.cookie.is_none());
        let told = give(&mut browser, &token, &app.fresh()).await.expect(403);
        assert!(told.text.contains("You are in no workspace at the moment."), "{}", told.text);
        assert!(told.head.contains("trackhold-waiting=;"), "{}", told.head);
        browser.get("/me").await.expect(401);
        let mut thief = world.client(GUESSER);
        let reply = give(&mut thief, &token, &recovery[0]).await;
        came_to_nothing(&thief, reply);
        // What they have opens an invitation, and the second factor goes with them.
        assert!(browser.cookie.is_some());
        let link = ada.invite(&grace.email, "viewer").await;
        assert_eq!(leads_to(&browser.form(&format!("/~/invite/{link}"), &[]).await.expect(303)), "/");
        assert_eq!(browser.get("/me").await.expect(200).json()["role"], "viewer");
        let status = factor(&mut browser).await;
        assert_eq!((&status["enabled"], &status["recovery_codes_left"]), (&json!(true), &json!(10)));
    }
}
