//! What control tells a workspace arrives once, and before the answer.

use std::sync::Arc;

use serde_json::json;
use store::{ControlTx, Store, TenantTx, params};

use crate::both_engines;
use crate::engines::{Namer, USERS, add, chain, names, user};

both_engines! {
    async fn a_message_is_there_before_the_answer(home) {
        let door = home.workspace().await;
        let workspace = door.workspace();
        home.store
            .control()
            .write(async move |tx: &mut ControlTx| {
                let id = user(tx, "a@example.com").await?;
                tx.tell(workspace, "named", &json!({"name": "told"})).await?;
                tx.audit_in(workspace, &kernel::audit::Entry::new("session.started", id)).await
            })
            .await
            .unwrap();
        assert_eq!(names(&door).await, ["told"]);
        assert_eq!(chain(&door).await, 2);
        let users: Vec<(String,)> = home.store.control().all(&USERS, &[]).await.unwrap();
        assert_eq!(users, [("a@example.com".to_owned(),)]);
    }

    async fn a_failed_change_tells_nobody(home) {
        let door = home.workspace().await;
        let workspace = door.workspace();
        let failed = home
            .store
            .control()
            .write(async move |tx: &mut ControlTx| {
                tx.tell(workspace, "named", &json!({"name": "never"})).await?;
                Err::<(), _>(kernel::Error::NotFound)
            })
            .await;
        assert!(failed.is_err());
        door.write(async |tx: &mut TenantTx| add(tx, "one").await).await.unwrap();
        assert_eq!(names(&door).await, ["one"]);
    }

    async fn what_a_crash_left_is_delivered_once(home) {
        let door = home.workspace().await;
        let workspace = door.workspace();
        // Left in the outbox as by a crash between the two commits.
        home.store
            .control()
            .write(async move |tx: &mut ControlTx| {
                let id: store_test_id::Id = tx.new_id();
                let actor = serde_json::to_string(&kernel::access::Actor::system()).unwrap();
                let now = tx.now();
                tx.exec(&LEAVE, params![id, workspace, "named", "{\"name\":\"late\"}", &actor, now]).await
            })
            .await
            .unwrap();
        assert!(names(&door).await.is_empty());
        let options = home.options.clone();
        drop((door, home.store));
        for round in 0..3 {
            let store = reopen(&options).await;
            let door = store.system_tenant(workspace, kernel::access::Actor::system());
            assert_eq!(names(&door).await, ["late"], "round {round}");
        }
    }
}

mod store_test_id {
    kernel::id!(pub Id, Kind, "msg");
}

store::statements! {
    control LEAVE = "INSERT INTO outbox (id, workspace_id, kind, body, actor, at) VALUES ($1, $2, $3, $4, $5, $6)";
}

async fn reopen(options: &store::Options) -> Store {
    for _ in 0..100 {
        match Store::open(options.clone(), Arc::new(Namer)).await {
            Ok(store) => return store,
            Err(store::StartError::InUse(_)) => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the folder stays in use");
}
