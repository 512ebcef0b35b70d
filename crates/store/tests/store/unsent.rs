//! Changes that the connection never sends, for a parameter does not fit its column. Nothing tells the server of
//! them, so its transaction goes on as if nothing was wrong.

use kernel::{Result, UserId};
use store::{TenantTx, Value};

use crate::both_engines;
use crate::engines::{ADD, add, chain, names};
use crate::groups::{Gate, spawn};

/// What of a new member's row does not fit; SQLite takes a name that is no text for one.
#[derive(Debug, Clone, Copy)]
enum Odd {
    Id,
    Name,
    Time,
}

/// What the row is called then.
const ODD_NAMES: [&str; 2] = ["odd", "1"];

async fn add_oddly(tx: &mut TenantTx, odd: Odd) -> Result<()> {
    let id: UserId = tx.new_id();
    let (workspace, now) = (tx.workspace(), tx.now());
    let mut row: [Value<'_>; 4] = [workspace.into(), id.into(), "odd".into(), now.into()];
    match odd {
        Odd::Id => row[1] = Value::Text("no id"),
        Odd::Name => row[2] = Value::Bool(true),
        Odd::Time => row[3] = Value::Text("no time"),
    }
    tx.exec_all(&[(&ADD, row.as_slice())]).await
}

both_engines! {
    async fn every_answer_is_true_when_a_change_was_never_sent(home) {
        let door = home.workspace().await;
        let kinds = [Odd::Id, Odd::Name, Odd::Time].into_iter();
        for (kind, silence) in kinds.flat_map(|kind| [(kind, false), (kind, true)]) {
            let gate = Gate::close(&door).await;
            let act = |what: &str, odd: Option<Odd>| {
                let name = format!("{what} {kind:?} {silence}");
                let own = name.clone();
                let running = spawn(&door, async move |tx: &mut TenantTx| {
                    add(tx, &own).await?;
                    match odd {
                        Some(odd) => add_oddly(tx, odd).await,
                        None => Ok(()),
                    }
                });
                (name, odd.is_some(), running)
            };
            let mut actions = vec![act("before", None), act("odd", Some(kind))];
            let silent = silence.then(|| spawn(&door, async |_: &mut TenantTx| Ok(7)));
            actions.extend([act("after", None), act("last", Some(kind))]);
            gate.open().await;
            let mut told = Vec::new();
            for (name, is_odd, running) in actions {
                told.push((name, is_odd, running.await.unwrap().is_ok()));
            }
            if let Some(silent) = silent {
                // It changed nothing: both answers are true.
                let _ = silent.await.unwrap();
            }
            let there = names(&door).await;
            for (name, is_odd, well) in told {
                assert_eq!(there.contains(&name), well, "{name}");
                assert!(home.store.is_embedded() || !(is_odd && well), "{name} cannot have been sent");
            }
            let records = there.iter().filter(|name| !ODD_NAMES.contains(&name.as_str())).count();
            assert_eq!(chain(&door).await, i64::try_from(records).unwrap(), "a record for each, and no other");
        }
        // And the writer goes on.
        door.write(async |tx: &mut TenantTx| add(tx, "goes on").await).await.unwrap();
        assert!(names(&door).await.contains(&"goes on".to_owned()));
    }
}
