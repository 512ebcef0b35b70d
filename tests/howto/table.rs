//! What stands for the reader's machines, folders and addresses, and what a page begins with.

use std::path::Path;

/// What a page presupposes.
pub struct Page {
    pub name: &'static str,
    /// Whether the roles and the database of postgresql.md are there already.
    pub has_roles: bool,
    /// Commands of its session, before the page's own; the table below holds for them too.
    pub before: &'static str,
    /// More of the table, for this page alone; what is put may name the reader's folders and hosts.
    pub own: &'static [(&'static str, &'static str)],
}

/// An instance that serves from a data directory, with one account.
const SERVING: &str = "an_account /var/lib/trackhold\ntrackhold serve --data /var/lib/trackhold\n";

/// A page that is not listed begins with nothing.
const PAGES: &[Page] = &[
    Page {
        name: "move-to-postgresql.md",
        has_roles: true,
        before: "an_account /var/lib/trackhold\n",
        own: &[],
    },
    Page { name: "several-nodes.md", has_roles: true, before: "", own: &[] },
    Page { name: "upgrade.md", has_roles: false, before: SERVING, own: &[] },
];

const PLAIN: Page = Page { name: "", has_roles: false, before: "", own: &[] };

/// Pages that another suite runs.
pub const ELSEWHERE: &[(&str, &str)] =
    &[("backup-and-restore.md", "crates/server/tests/server/documented.rs")];

/// Where the database is, in all pages.
pub const DATABASE: &str = "db.example.org";

/// Folders that are there on the reader's machine.
pub const FOLDERS: &[&str] = &["/etc/trackhold", "/var/lib", "/var/backups", "/srv"];

pub fn of(name: &str) -> &'static Page {
    PAGES.iter().find(|page| page.name == name).unwrap_or(&PLAIN)
}

/// What is found in a page's text, and what is put there.
pub type Table = Vec<(String, String)>;

/// `database` is the host and port of a PostgreSQL, `port` one that is free on all of loopback.
pub fn table(page: &Page, room: &Path, port: u16, database: &str) -> Table {
    let mut table: Table =
        FOLDERS.iter().map(|folder| ((*folder).to_owned(), format!("{}{folder}", room.display()))).collect();
    table.push((DATABASE.to_owned(), database.to_owned()));
    // Machines of one network: loopback has as many addresses.
    table.push(("10.0.0.".to_owned(), "127.0.0.".to_owned()));
    table.push((":8080".to_owned(), format!(":{port}")));
    let own = page.own.iter().map(|(found, put)| ((*found).to_owned(), replaced(put, &table)));
    let mut all: Table = own.collect();
    all.extend(table);
    all
}

/// From the left to the right, each place once: what was put is not looked at again.
pub fn replaced(text: &str, table: &[(String, String)]) -> String {
    let mut all = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let found = table.iter().find_map(|(found, put)| Some((rest.strip_prefix(found.as_str())?, put)));
        if let Some((behind, put)) = found {
            all.push_str(put);
            rest = behind;
        } else {
            all.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    all
}

#[test]
fn each_place_is_replaced_once() {
    let own = Page { own: &[("s3://bucket", "/srv/bucket")], ..PLAIN };
    let table = table(&own, Path::new("/room/srv"), 9, "127.0.0.1:18080");
    let text = "cp s3://bucket/a /srv/ü; curl http://10.0.0.9:8080 postgres://db.example.org/x";
    let expected =
        "cp /room/srv/srv/bucket/a /room/srv/srv/ü; curl http://127.0.0.9:9 postgres://127.0.0.1:18080/x";
    assert_eq!(replaced(text, &table), expected);
}
