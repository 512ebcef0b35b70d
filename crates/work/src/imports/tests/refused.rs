//! Files that are not taken: nothing of them is there afterwards, and the answer names the place.

use super::content::content;
use super::{FIXTURE, both_engines, changed};

both_engines! {
    async fn nothing_of_a_bad_file_is_imported(home) {
        let caller = home.workspace().await;
        let before = content(&home, &caller).await;
        let cut = &FIXTURE[..FIXTURE.len() / 2];
        let bad_due = changed(FIXTURE, r#""due": "2024-04-01T12:00:00.000Z", "dueComplete""#, r#""due": "the first of April", "dueComplete""#);
        let dangling = changed(FIXTURE, r#""idList": "650000000000000000000201", "pos": 1"#, r#""idList": "6500000000000000000002ff", "pos": 1"#);
        let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        let files: [(&str, Vec<u8>, &str, &str); 8] = [
            ("cut off", cut.into(), "truncated", ""),
            ("a wrong date", bad_due.into(), "invalid_field", "cards[0].due"),
            ("a card without its list", dangling.into(), "dangling_reference", "cards[3].idList"),
            ("a picture", picture, "foreign_file", ""),
            ("another JSON", br#"{"hello": "world"}"#.to_vec(), "foreign_file", ""),
            ("a list", b"[1, 2, 3]".to_vec(), "foreign_file", ""),
            ("no JSON", b"{\"id\": oops}".to_vec(), "broken_json", ""),
            ("a table", b"Key,Summary\nA-1,One\n".to_vec(), "foreign_file", ""),
        ];
        for (what, bytes, code, place) in files {
            for dry_run in [true, false] {
                let id = home.queue(&caller, &bytes, dry_run, None).await;
                let import = home.finish(&caller, id).await;
                assert_eq!(import.status, "failed", "{what}");
                let error = &import.errors[0];
                assert_eq!(error.code, code, "{what}: {error:?}");
                assert!(error.place.contains(place), "{what}: {error:?}");
                assert!(import.finished_at.is_some() && !error.detail.is_empty());
                assert_eq!((import.created, import.board_id), (0, None));
            }
            assert_eq!(content(&home, &caller).await, before, "{what}");
        }
        assert_eq!(home.uploads(), 0, "their uploads are gone");
    }

    async fn an_upload_that_was_changed_on_the_disk_is_not_read(home) {
        let caller = home.workspace().await;
        let id = home.queue(&caller, FIXTURE.as_bytes(), false, None).await;
        let folder = home.data().join("spool");
        let path = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[500] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let import = home.finish(&caller, id).await;
        assert_eq!((import.status.as_str(), import.errors[0].code.as_str()), ("failed", "unreadable"));
    }

    async fn a_project_that_is_gone_or_archived_takes_no_board(home) {
        let caller = home.workspace().await;
        let first = home.run(&caller, FIXTURE).await;
        let project = first.project_id.unwrap();
        let other = changed(FIXTURE, "650000000000000000000001", "6500000000000000000000ff");
        let id = home.queue(&caller, other.as_bytes(), false, Some(project)).await;
        let drop_it = async |tx: &mut store::TenantTx| {
            tx.exec(&DROP, store::params![tx.workspace()]).await
        };
        home.store.tenant(&caller).write(drop_it).await.unwrap();
        let import = home.finish(&caller, id).await;
        assert_eq!((import.status.as_str(), import.errors[0].code.as_str()), ("failed", "project_gone"));
    }
}

store::statements! {
    tenant DROP = "DELETE FROM projects WHERE workspace_id = $1";
}
