//! A server that row-level security would not bind does not start, and says what to do.

use std::sync::Arc;

use kernel::crypto::{MasterKey, hex, random};
use store::{Engine, Options, Store};
use testkit::{Instance, TestDatabase};

use crate::sessions::Nobody;
use crate::superuser::Superuser;

/// A database with its schema, and the master key that it belongs to.
fn migrated() -> (TestDatabase, String) {
    let database = testkit::postgres().fresh_database();
    let key = hex(&random::<32>());
    let engine =
        Engine::Postgres { serve: database.serve_url.clone(), migrate: Some(database.migrate_url.clone()) };
    let options = Options::new(engine, MasterKey::from_hex(&key).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    drop(runtime.block_on(Store::open(options, Arc::new(Nobody))).unwrap());
    (database, key)
}

/// Starts as somebody, and wants it refused with these words.
fn refuses(url: &str, key: &str, words: &[&str]) {
    let ended = Instance::refused(&[("TRACKHOLD_DATABASE_URL", url), ("TRACKHOLD_MASTER_KEY", key)]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for word in words {
        assert!(ended.err.contains(word), "{word:?} is missing: {ended:?}");
    }
}

#[test]
fn the_wrong_roles_are_refused_and_told_how_to_mend_it() {
    let (database, key) = migrated();
    refuses(
        &database.superuser_url,
        &key,
        &["superuser", "CREATE ROLE trackhold_app LOGIN NOSUPERUSER NOBYPASSRLS"],
    );
    refuses(
        &database.migrate_url,
        &key,
        &["owns the tables", "serve as another role than the one that migrates"],
    );

    let superuser = Superuser::connect(&database.superuser_url);
    let name = &database.name;
    for (role, powers, words) in [
        ("bypass", "BYPASSRLS IN ROLE trackhold_tenant", ["bypasses row-level security", "NOBYPASSRLS"]),
        ("stranger", "", ["not a member of trackhold_tenant", "GRANT trackhold_tenant TO"]),
        // What a role could become counts, not only what it is.
        ("heir", "IN ROLE trackhold_tenant, trackhold_owner", ["owns the tables", "serve as another role"]),
    ] {
        // Roles are the server's, which other tests use as well.
        let role = format!("{name}_{role}");
        superuser
            .run(&format!("CREATE ROLE {role} LOGIN {powers}; GRANT CONNECT ON DATABASE {name} TO {role}"));
        let url = database.serve_url.replacen("trackhold_app", &role, 1);
        refuses(&url, &key, &words);
        superuser.run(&format!("REVOKE ALL ON DATABASE {name} FROM {role}; DROP ROLE {role}"));
    }
    // The right one is let in: the refusals are not about something else.
    let right = Store::open(
        Options::new(
            Engine::Postgres { serve: database.serve_url.clone(), migrate: None },
            MasterKey::from_hex(&key).unwrap(),
        ),
        Arc::new(Nobody),
    );
    assert!(tokio::runtime::Runtime::new().unwrap().block_on(right).is_ok());
}

#[test]
fn a_database_without_a_schema_is_refused() {
    let database = testkit::postgres().fresh_database();
    refuses(&database.serve_url, &hex(&random::<32>()), &["there is no schema yet", "TRACKHOLD_MIGRATE_URL"]);
}
