//! An import that stops anywhere goes on to the same end.

use std::fmt::Write as _;
use std::time::Duration;

use kernel::access::Caller;
use store::{TenantTx, params};

use super::content::{assert_rows_agree, content};
use super::{FIXTURE, Home, Step, assert_done, both_engines};
use crate::imports::Runner;

store::statements! {
    tenant DEMOTE = "UPDATE members SET role = 'developer' WHERE workspace_id = $1 AND user_id = $2";
}

/// A board of several chunks of everything.
pub fn large() -> String {
    let id = |kind: u32, number: u32| format!("65{number:06x}{kind:08x}{number:08x}");
    let mut text = format!(r#"{{"id":"{}","name":"Large board","actions":["#, id(0, 0));
    for n in 0..700 {
        let comma = if n == 0 { "" } else { "," };
        let (action, card, person) = (id(9, n), id(3, n % 230), id(1, n % 7));
        let date =
            format!("2024-01-{:02}T{:02}:{:02}:00.000Z", 28 - n / 1_440 % 28, 23 - n / 60 % 24, 59 - n % 60);
        let data = if n % 2 == 0 {
            format!(r#""type":"commentCard","data":{{"card":{{"id":"{card}"}},"text":"Said {n}"}}"#)
        } else {
            format!(
                r#""type":"updateCard","data":{{"card":{{"id":"{card}","name":"B{n}"}},"old":{{"name":"A{n}"}}}}"#
            )
        };
        write!(text, r#"{comma}{{"id":"{action}","date":"{date}","idMemberCreator":"{person}",{data}}}"#)
            .unwrap();
    }
    text.push_str(r#"],"cards":["#);
    for n in 0..230 {
        let comma = if n == 0 { "" } else { "," };
        write!(
            text,
            r#"{comma}{{"id":"{}","idShort":{},"name":"Card {n}","idList":"{}","pos":{},"closed":{},"idMembers":["{}"]}}"#,
            id(3, n), 500 - n, id(2, n % 3), n.wrapping_mul(2_654_435_761), n % 9 == 0, id(1, n % 7)
        )
        .unwrap();
    }
    text.push_str(r#"],"lists":["#);
    for n in 0..3 {
        write!(
            text,
            r#"{}{{"id":"{}","name":"List {n}","pos":{n}}}"#,
            if n == 0 { "" } else { "," },
            id(2, n)
        )
        .unwrap();
    }
    text.push_str(r#"],"labels":[],"members":["#);
    for n in 0..7 {
        write!(text, r#"{}{{"id":"{}","fullName":"Desk {n}"}}"#, if n == 0 { "" } else { "," }, id(1, n))
            .unwrap();
    }
    text.push_str(r#"],"checklists":["#);
    for n in 0..60 {
        let comma = if n == 0 { "" } else { "," };
        write!(
            text,
            r#"{comma}{{"id":"{}","idCard":"{}","name":"L","checkItems":[{{"id":"{}","name":"E","state":"complete","pos":1}}]}}"#,
            id(4, n), id(3, n * 3), id(5, n)
        )
        .unwrap();
    }
    text + "]}"
}

both_engines! {
    async fn at_every_boundary_of_chunks(home) {
        let text = large();
        let caller = home.workspace().await;
        assert_done(&home.run(&caller, &text).await);
        assert_rows_agree(&home, &caller).await;
        let whole = content(&home, &caller).await;
        assert!(whole.len() > 1_500, "{}", whole.len());
        let mut steps = 1;
        loop {
            let caller = home.workspace().await;
            let id = home.queue(&caller, text.as_bytes(), false, None).await;
            let mut job = home.job(&caller, id).await.unwrap();
            let mut over = false;
            for _ in 0..steps {
                over |= job.step().await.unwrap() == Step::Over;
            }
            drop(job);
            let import = home.finish(&caller, id).await;
            assert_done(&import);
            assert!(content(&home, &caller).await == whole, "stopped after {steps} steps");
            if over {
                break;
            }
            steps += 1;
        }
        assert!(steps > 10, "{steps}");
    }

    async fn after_every_single_chunk(home) {
        let caller = home.workspace().await;
        assert_done(&home.run(&caller, FIXTURE).await);
        let whole = content(&home, &caller).await;
        let caller = home.workspace().await;
        let id = home.queue(&caller, FIXTURE.as_bytes(), false, None).await;
        while let Some(mut job) = home.job(&caller, id).await {
            job.step().await.unwrap();
        }
        assert_done(&home.import(&caller, id).await);
        assert_eq!(content(&home, &caller).await, whole);
    }

    async fn one_that_was_called_off_goes_on_with_the_file_given_again(home) {
        let text = large();
        let caller = home.workspace().await;
        assert_done(&home.run(&caller, &text).await);
        let whole = content(&home, &caller).await;
        let caller = home.workspace().await;
        let id = home.queue(&caller, text.as_bytes(), false, None).await;
        let mut job = home.job(&caller, id).await.unwrap();
        for _ in 0..6 {
            job.step().await.unwrap();
        }
        let permit = caller.permit(kernel::access::Level::Full).unwrap();
        let cancel = async move |tx: &mut store::TenantTx| super::super::actions::cancel(tx, permit, id).await;
        assert!(home.store.tenant(&caller).write(cancel).await.unwrap().is_some());
        assert_eq!(job.step().await.unwrap(), Step::Over, "it notices");
        let import = home.import(&caller, id).await;
        assert_eq!((import.status.as_str(), import.errors[0].code.as_str()), ("failed", "cancelled"));
        assert_eq!(home.uploads(), 0);
        let again = home.run(&caller, &text).await;
        assert_done(&again);
        assert!(again.skipped > 0 && again.created > 0);
        // Numbers may differ: cards that had not come get the next ones.
        assert_eq!(content(&home, &caller).await.len(), whole.len());
    }

    async fn a_new_start_of_the_server_goes_on(home) {
        let caller = home.workspace().await;
        let text = large();
        let half = home.queue(&caller, text.as_bytes(), false, None).await;
        let mut job = home.job(&caller, half).await.unwrap();
        for _ in 0..6 {
            job.step().await.unwrap();
        }
        drop(job);
        let waiting = home.queue(&caller, FIXTURE.as_bytes(), false, None).await;
        let lost = home.queue(&caller, FIXTURE.as_bytes(), false, None).await;
        for (workspace, spool) in home.spools.list().unwrap() {
            let row = crate::imports::api::one(&home.store, &caller, lost).await.unwrap();
            if row.spool_id == Some(spool) {
                home.spools.remove(workspace, spool);
            }
        }
        let mut orphan = home.spools.create(caller.workspace(), home.store.clock().now()).unwrap();
        orphan.write(b"nobody's").unwrap();
        orphan.finish().unwrap().unowned.keep();

        let home = home.reopen().await;
        let runner = Runner::new(home.store.clone(), &home.data()).unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn({
            let runner = runner.clone();
            async move { runner.run(async move { drop(stopped.await) }).await }
        });
        for id in [half, waiting] {
            let import = wait(&home, &caller, id).await;
            assert_done(&import);
        }
        if home.store.is_embedded() {
            let import = wait(&home, &caller, lost).await;
            assert_eq!((import.status.as_str(), import.errors[0].code.as_str()), ("failed", "upload_lost"));
        }
        assert_eq!(home.uploads(), 0);
        // And what comes while it runs.
        let later = home.queue(&caller, FIXTURE.as_bytes(), false, None).await;
        runner.submit(caller.workspace(), later);
        assert_done(&wait(&home, &caller, later).await);
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(5), running).await.expect("it stops when asked").unwrap();
    }

    async fn nothing_goes_on_in_the_name_of_somebody_who_left(home) {
        let caller = home.workspace().await;
        let id = home.queue(&caller, FIXTURE.as_bytes(), false, None).await;
        let mut job = home.job(&caller, id).await.unwrap();
        assert_eq!(job.step().await.unwrap(), Step::Went);
        let user = caller.user();
        let demote = async move |tx: &mut TenantTx| tx.exec(&DEMOTE, params![tx.workspace(), user]).await;
        home.store.tenant(&caller).write(demote).await.unwrap();
        let before = content(&home, &caller).await;
        assert_eq!(job.step().await.unwrap(), Step::Over);
        let import = home.import(&caller, id).await;
        assert_eq!((import.status.as_str(), import.errors[0].code.as_str()), ("failed", "importer_gone"));
        assert_eq!((content(&home, &caller).await, home.uploads()), (before, 0));
    }

    async fn a_stop_in_the_middle_loses_nothing(home) {
        let caller = home.workspace().await;
        assert_done(&home.run(&caller, &large()).await);
        let whole = content(&home, &caller).await;
        let caller = home.workspace().await;
        let id = home.queue(&caller, large().as_bytes(), false, None).await;
        let mut runs = 0;
        while home.import(&caller, id).await.finished_at.is_none() {
            let runner = Runner::new(home.store.clone(), &home.data()).unwrap();
            let millis = 20 + runs * 15;
            runner.run(tokio::time::sleep(Duration::from_millis(millis))).await;
            runs += 1;
            assert!(runs < 200);
        }
        assert_done(&home.import(&caller, id).await);
        assert!(content(&home, &caller).await == whole);
    }
}

async fn wait(home: &Home, caller: &Caller, id: crate::imports::ImportId) -> crate::imports::Import {
    for _ in 0..2_000 {
        let import = home.import(caller, id).await;
        if import.finished_at.is_some() {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{id} does not end: {:?}", home.import(caller, id).await);
}
