//! Tokens of links, and the names of files: what stands in a path and is no id.

use std::process::Command;

use kernel::access::Role;

use super::{Who, Workspace, World};
use crate::client::Request;
use crate::registry;

impl World {
    /// What `/{segment}/{token}` takes.
    pub fn link_token(&self, workspace: &Workspace, segment: &str) -> String {
        match segment {
            "invite" => self.invitation_token(workspace.admin(), Role::Viewer, &self.new_email()),
            "recover" | "reset" => self.recovery_token(workspace),
            // Registration is open: there is no first-run link to use.
            "setup" => "0123456789-no-such-link-0123456789-abcdefgh"[..43].to_owned(),
            other => panic!("the fixture has no token for /{other}/{{token}}: teach it in world/links.rs"),
        }
    }

    /// By the operator's command, for somebody whom nothing else needs.
    fn recovery_token(&self, workspace: &Workspace) -> String {
        let known = self.forgetful.borrow().clone();
        let email = known.unwrap_or_else(|| {
            let (email, password) = (self.new_email(), self.new_password());
            self.join(workspace.admin(), Role::Viewer, &email, &password);
            self.forgetful.replace(Some(email.clone()));
            email
        });
        let mut command = Command::new(registry::binary());
        command.args(["user", "recover", "--json", "--email", &email, "--data"]).arg(self.instance.data());
        command
            .env("TRACKHOLD_PUBLIC_URL", self.instance.url())
            .env("TRACKHOLD_MASTER_KEY", &self.master_key);
        if let Some(database) = self.instance.database() {
            command.env("TRACKHOLD_DATABASE_URL", &database.serve_url);
        }
        let done = command.output().expect("the binary runs");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let answer: serde_json::Value = serde_json::from_str(&said)
            .unwrap_or_else(|_| panic!("user recover: {said} {}", String::from_utf8_lossy(&done.stderr)));
        let link = answer["link"].as_str().expect("user recover prints a link");
        let token = link.rsplit('/').next().unwrap_or_default().to_owned();
        self.vault.add_token("a recovery link", &token);
        token
    }

    /// The name of a file of the front end, as a page names it.
    pub fn asset(&self) -> String {
        let page = self.send(&Who::Nobody, &Request::new("GET", "/login")).text();
        let (_, rest) =
            page.split_once("/assets/").unwrap_or_else(|| panic!("/login names no file of the front end"));
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect()
    }
}
