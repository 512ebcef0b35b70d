//! The pages, as a browser without script sees them.

use crate::both_engines;
use crate::client::Reply;
use crate::world::PASSWORD;

fn leads_to(reply: &Reply) -> &str {
    reply.header("location").unwrap_or_default()
}

both_engines! {
    async fn the_first_run_in_a_browser(world: Invite) {
        let token = world.setup_token().await;
        let mut browser = world.client("192.0.2.1");
        let path = format!("/~/setup/{token}");
        let fields = |email: &'static str| [("name", "Ada"), ("email", email), ("password", PASSWORD), ("workspace_name", "Northwind")];
        let again = browser.form(&path, &fields("no address")).await.expect(422);
        assert!(again.text.contains("Northwind") && !again.text.contains(PASSWORD));
        assert_eq!(leads_to(&browser.form(&path, &fields("ada@example.com")).await.expect(303)), "/setup/master-key");
        browser.get("/~/setup/master-key").await.expect(200);
        assert_eq!(leads_to(&browser.form("/~/setup/master-key", &[("saved", "on")]).await.expect(303)), "/projects");
        browser.form(&path, &fields("eve@example.com")).await.expect(404);
        browser.get("/~/account").await.expect(200);
        assert_eq!(leads_to(&browser.form("/~/logout", &[]).await.expect(303)), "/login");
        assert_eq!(leads_to(&browser.get("/~/account").await.expect(303)), "/login?next=/account");
    }

    async fn signing_in_in_a_browser(world: Invite) {
        let _ada = world.founder().await;
        let mut browser = world.client("192.0.2.1");
        browser.get("/~/login?next=/members").await.expect(200);
        let wrong = browser.form("/~/login", &[("email", "ada@example.com"), ("password", "not it, not it"), ("next", "/members")]).await.expect(401);
        assert!(wrong.text.contains("ada@example.com") && wrong.text.contains("/members") && !wrong.text.contains("not it, not it"));
        for evil in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
            let mut other = world.client("192.0.2.1");
            let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("next", evil)];
            assert_eq!(leads_to(&other.form("/~/login", &fields).await.expect(303)), "/");
        }
        let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("next", "/members")];
        assert_eq!(leads_to(&browser.form("/~/login", &fields).await.expect(303)), "/members");
        assert_eq!(leads_to(&browser.get("/~/login").await.expect(303)), "/");
        for number in 0..5 {
            let mut other = world.client("203.0.113.1");
            other.form("/~/login", &[("email", "ada@example.com"), ("password", &format!("wrong guess {number}"))]).await.expect(401);
        }
        let shut = world.client("203.0.113.1").form("/~/login", &fields).await.expect(429);
        assert!(shut.header("retry-after").is_some());
    }

    async fn inviting_and_accepting_in_a_browser(world: Invite) {
        let mut ada = world.founder().await;
        let refused = ada.client.form("/~/invitations", &[("email", "no"), ("role", "viewer")]).await.expect(422);
        assert!(refused.text.contains("must be an e-mail") || refused.text.contains("Must be an e-mail"), "{}", refused.text);
        let made = ada.client.form("/~/invitations", &[("email", "grace@example.com"), ("role", "viewer")]).await.expect(200);
        let token: String = made.text.split("/invite/").nth(1).unwrap().chars().take(43).collect();
        let path = format!("/~/invite/{token}");
        let mut grace = world.client("192.0.2.2");
        assert!(grace.get(&path).await.expect(200).text.contains("Northwind"));
        assert!(ada.client.get(&path).await.expect(200).text.contains("ada@example.com"));
        ada.client.form(&path, &[("name", "Ada"), ("password", PASSWORD)]).await.expect(200);
        grace.form(&path, &[("name", ""), ("password", PASSWORD)]).await.expect(422);
        assert_eq!(leads_to(&grace.form(&path, &[("name", "Grace"), ("password", PASSWORD)]).await.expect(303)), "/login");
        grace.form(&path, &[("name", "Grace"), ("password", PASSWORD)]).await.expect(404);
        grace.form("/~/login", &[("email", "grace@example.com"), ("password", PASSWORD)]).await.expect(303);
        grace.form("/~/invitations", &[("email", "x@example.com"), ("role", "viewer")]).await.expect(403);
    }

    async fn managing_in_a_browser(world: Invite) {
        let mut ada = world.founder().await;
        let mut grace = world.invited(&mut ada, "grace", "viewer").await;
        let role = format!("/~/members/{}/role", grace.id);
        assert_eq!(leads_to(&ada.client.form(&role, &[("role", "manager")]).await.expect(303)), "/members");
        assert_eq!(grace.me().await.json()["role"], "manager");
        world.later(601);
        assert!(leads_to(&ada.client.form(&role, &[("role", "viewer")]).await.expect(303)).starts_with("/sudo?next="));
        let wrong = ada.client.form("/~/sudo", &[("password", "not it, not it"), ("next", "/members")]).await.expect(401);
        assert!(wrong.text.contains("This is not your password."), "{}", wrong.text);
        let problem = ada
            .client
            .send_with("POST", "/~/sudo", Some("application/x-www-form-urlencoded"), "password=not+it", "hx-request: true\r\n")
            .await
            .expect(401)
            .json();
        assert_eq!(problem["errors"][0]["pointer"], "/password");
        assert_eq!(leads_to(&ada.client.form("/~/sudo", &[("password", PASSWORD), ("next", "/members")]).await.expect(303)), "/members");
        assert_eq!(leads_to(&ada.client.form(&format!("/~/members/{}/remove", grace.id), &[]).await.expect(303)), "/members");
        grace.me().await.expect(401);
        assert_eq!(leads_to(&ada.client.form("/~/account/profile", &[("name", "Ada L"), ("time_zone", "")]).await.expect(303)), "/account?saved=profile");
        ada.client.form("/~/account/profile", &[("name", ""), ("time_zone", "")]).await.expect(422);
        let mut second = world.signed_in("ada@example.com").await;
        let change = [("current_password", PASSWORD), ("new_password", "an orchard behind the mill")];
        ada.client.form("/~/account/password", &[("current_password", "not it"), change[1]]).await.expect(401);
        assert_eq!(leads_to(&ada.client.form("/~/account/password", &change).await.expect(303)), "/account?saved=password");
        second.me().await.expect(401);
        assert!(ada.client.get("/~/account?saved=password").await.expect(200).text.contains("Password changed"));
    }
}
