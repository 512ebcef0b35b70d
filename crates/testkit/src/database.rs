//! One database for one test, with the roles that an operator makes.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::TestPostgres;
use crate::connection::Connection;

/// Processes of one run make the roles at the same time; CREATE ROLE knows no IF NOT EXISTS.
/// The lock is on the maintenance database, which all of them are in.
const ROLES: &str = "
    BEGIN;
    SELECT pg_advisory_xact_lock(7263901);
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'trackhold_tenant') THEN
            CREATE ROLE trackhold_tenant NOLOGIN;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'trackhold_owner') THEN
            CREATE ROLE trackhold_owner LOGIN;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'trackhold_app') THEN
            CREATE ROLE trackhold_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
            GRANT trackhold_tenant TO trackhold_app;
        END IF;
    END $$;
    COMMIT";

/// An empty database, dropped with this value. Roles are the server's, as on a real one:
/// `trackhold_owner` owns the database and migrates, `trackhold_app` serves (it owns nothing and
/// does not bypass row-level security), `trackhold_tenant` cannot log in and is granted to
/// `trackhold_app`. None of them has a right on anything that a migration did not give.
pub struct TestDatabase {
    server: Arc<TestPostgres>,
    /// The database's name.
    pub name: String,
    /// For `TRACKHOLD_MIGRATE_URL`.
    pub migrate_url: String,
    /// For `TRACKHOLD_DATABASE_URL`.
    pub serve_url: String,
    /// A superuser's way into this database: to look at what the roles cannot see.
    pub superuser_url: String,
}

impl TestDatabase {
    pub(crate) fn create(server: &Arc<TestPostgres>) -> Self {
        let name = unique_name();
        let superuser = lock(server);
        let done = superuser.run(ROLES).and_then(|()| {
            // CREATE DATABASE refuses a transaction, also the one around several statements.
            superuser.run(&format!("CREATE DATABASE {name} OWNER trackhold_owner"))?;
            superuser.run(&format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC"))?;
            superuser.run(&format!("GRANT CONNECT ON DATABASE {name} TO trackhold_app"))
        });
        drop(superuser);
        if let Err(error) = done {
            panic!("no database on the test server: {error:?}");
        }
        let url = server.superuser_url();
        Self {
            migrate_url: redirected(url, Some("trackhold_owner"), &name),
            serve_url: redirected(url, Some("trackhold_app"), &name),
            superuser_url: redirected(url, None, &name),
            name,
            server: Arc::clone(server),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // A failing drop must not hide why the test failed; the server is thrown away in the end.
        let _ = lock(&self.server).run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

fn lock(server: &TestPostgres) -> MutexGuard<'_, Connection> {
    server.superuser.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let started = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("test_{}_{started}_{count}", std::process::id())
}

/// The URL of another user and database on the same server; the server trusts its loopback, so
/// there are no passwords.
fn redirected(url: &str, user: Option<&str>, database: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, host) = authority.rsplit_once('@').unwrap_or(("postgres", authority));
    let options = path.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
    format!("{scheme}://{}@{host}/{database}{options}", user.unwrap_or(login))
}

#[cfg(test)]
mod tests {
    use super::redirected;

    #[test]
    fn urls_keep_host_and_options() {
        let url = "postgres://boss:word@127.0.0.1:5433/postgres?connect_timeout=3";
        assert_eq!(
            redirected(url, Some("trackhold_app"), "t1"),
            "postgres://trackhold_app@127.0.0.1:5433/t1?connect_timeout=3"
        );
        assert_eq!(redirected(url, None, "t1"), "postgres://boss:word@127.0.0.1:5433/t1?connect_timeout=3");
    }
}
