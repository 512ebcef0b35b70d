//! A workspace is alone, also when a statement forgets to say which.

use store::{ControlTx, TenantDoor, TenantTx, params};

use crate::both_engines;
use crate::engines::{EVERYBODY, Home, RENAME, USERS, add, names, user};

both_engines! {
    async fn a_statement_without_its_filter_still_sees_one_workspace(home) {
        let (a, b) = (home.workspace().await, home.workspace().await);
        a.write(async |tx: &mut TenantTx| add(tx, "of a").await).await.unwrap();
        b.write(async |tx: &mut TenantTx| add(tx, "of b").await).await.unwrap();
        let seen: Vec<(String,)> = a.all(&EVERYBODY, &[]).await.unwrap();
        assert_eq!(seen, [("of a".to_owned(),)]);
        let seen = b.read(async |tx: &mut TenantTx| tx.all::<(String,)>(&EVERYBODY, &[]).await).await.unwrap();
        assert_eq!(seen, [("of b".to_owned(),)]);
    }

    async fn naming_the_other_workspace_reaches_nothing(home) {
        let (a, b) = (home.workspace().await, home.workspace().await);
        let id = b.write(async |tx: &mut TenantTx| add(tx, "of b").await).await.unwrap();
        let foreign = b.workspace();
        let changed = a
            .write(async move |tx: &mut TenantTx| tx.exec(&RENAME, params![foreign, id, "taken"]).await)
            .await
            .unwrap();
        assert_eq!(changed, 0);
        assert_eq!(names(&b).await, ["of b"]);
    }

    async fn a_question_to_both_doors_sees_one_workspace(home) {
        let (a, b) = (home.workspace().await, home.workspace().await);
        a.write(async |tx: &mut TenantTx| add(tx, "of a").await).await.unwrap();
        b.write(async |tx: &mut TenantTx| add(tx, "of b").await).await.unwrap();
        let own = async |door: &TenantDoor| -> (Option<(String,)>, Option<(String,)>) {
            home.store.first_of_both((&USERS, &[]), door.workspace(), (&EVERYBODY, &[])).await.unwrap()
        };
        for round in 0..3 {
            assert_eq!(own(&a).await.1, Some(("of a".to_owned(),)), "{round}");
            assert_eq!(own(&b).await, (None, Some(("of b".to_owned(),))), "{round}");
        }
        // What comes next on that connection is the instance's again.
        home.store.control().write(async |tx: &mut ControlTx| user(tx, "one@mail.example").await).await.unwrap();
        assert_eq!(own(&a).await, (Some(("one@mail.example".to_owned(),)), Some(("of a".to_owned(),))));
        let nobody = home.workspace().await;
        assert_eq!(own(&nobody).await.1, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_denies_what_no_workspace_was_set_for() {
    let home = Home::postgres().await;
    let door = home.workspace().await;
    door.write(async |tx: &mut TenantTx| add(tx, "somebody").await).await.unwrap();
    let database = home.database.as_ref().unwrap();
    let (client, connection) =
        tokio_postgres::connect(&database.serve_url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let tables =
        client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'tenant'", &[]).await.unwrap();
    assert!(tables.len() > 10);
    for setting in [None, Some(""), Some("00000000-0000-0000-0000-000000000000")] {
        if let Some(setting) = setting {
            client.execute("SELECT set_config('trackhold.workspace', $1, false)", &[&setting]).await.unwrap();
        }
        for table in &tables {
            let table: &str = table.get(0);
            let count = client.query_one(&format!("SELECT count(*) FROM tenant.{table}"), &[]).await.unwrap();
            assert_eq!(count.get::<_, i64>(0), 0, "{table} with {setting:?}");
        }
        let refused = client
            .execute(
                "INSERT INTO tenant.members (workspace_id, user_id, name, status, joined_at)
                 VALUES (gen_random_uuid(), gen_random_uuid(), 'intruder', 'active', 0)",
                &[],
            )
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("db error"), "{refused}");
        assert!(refused.as_db_error().unwrap().message().contains("row-level security"), "{refused:?}");
    }
    client.batch_execute("BEGIN; SET LOCAL ROLE trackhold_tenant").await.unwrap();
    let denied = client.query("SELECT * FROM control.users", &[]).await.unwrap_err();
    assert!(denied.as_db_error().unwrap().message().contains("permission denied"), "{denied:?}");
}
