//! What is not what was saved is found, and what ended is deleted.

use std::path::Path;
use std::time::Duration;

use kernel::Timestamp;
use kernel::crypto::unhex;
use store::TenantTx;
use store::backup::{self, BackupError, BackupId, Certificate, Ours};

use super::saving::{Saving, place};
use crate::both_engines;
use crate::engines::add;

/// An id that nothing has.
fn never() -> BackupId {
    BackupId::new(Timestamp::from_seconds(4_000_000_000))
}

/// Changes one bit in the middle of a file.
fn flip(path: &Path) -> Vec<u8> {
    let before = std::fs::read(path).unwrap();
    let mut bytes = before.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
    before
}

async fn certificate(saving: &Saving) -> Option<Certificate> {
    backup::list(&place(&saving.to)).await.unwrap().remove(0).certificate
}

both_engines! {
    async fn a_flipped_bit_is_found_wherever_it_is(home) {
        let saving = Saving::of(home).await;
        saving.door().write(async |tx: &mut TenantTx| add(tx, "kept").await.map(drop)).await.unwrap();
        let manifest = saving.create().await.unwrap();
        let checked = saving.verify(None, None).await.unwrap();
        let key: [u8; 32] = unhex(&checked.key).unwrap().try_into().unwrap();
        assert_eq!(certificate(&saving).await, Some(checked.clone()));
        assert!(checked.holds(&key) && !checked.holds(&[7; 32]));
        for changed in [
            Certificate { rows: checked.rows + 1, ..checked.clone() },
            Certificate { full: false, ..checked.clone() },
            Certificate { rto_seconds_per_gb: None, ..checked.clone() },
            Certificate { sha256: "0".repeat(64), ..checked.clone() },
        ] {
            assert!(!changed.holds(&key), "{changed:?}");
        }
        let parts = manifest.parts.iter().map(|part| part.file.as_str());
        for name in parts.chain(["manifest.json"]) {
            let path = saving.file(manifest.id, name);
            let whole = flip(&path);
            let found = saving.verify(Some(manifest.id), None).await.unwrap_err();
            let target = saving.files();
            let refused = saving.restore(&target, |_| {}).await.err();
            assert!(refused.is_some(), "{name}: {found}");
            std::fs::write(&path, whole).unwrap();
        }
        // A damaged one is not one that was checked.
        let path = saving.file(manifest.id, &manifest.parts[0].file);
        let whole = flip(&path);
        assert!(matches!(saving.verify(None, None).await, Err(BackupError::Damaged(_))));
        assert_eq!(certificate(&saving).await, None);
        std::fs::write(&path, whole).unwrap();
        saving.verify(None, None).await.unwrap();
    }

    async fn what_another_instance_signed_is_refused(home) {
        let (mut saving, other) = (Saving::of(home).await, Saving::of(crate::engines::Home::embedded().await).await);
        other.create().await.unwrap();
        saving.create().await.unwrap();
        saving.to.clone_from(&other.to);
        let refused = saving.verify(None, None).await.unwrap_err().to_string();
        assert!(refused.contains("another instance"), "{refused}");
    }

    async fn a_damaged_key_keeps_no_other_from_coming_back(home) {
        let other = home.workspace().await;
        let saving = Saving::of(home).await;
        saving.index(other.workspace()).await;
        saving.create().await.unwrap();
        let keyring = Path::new(&saving.keyring_to).join("keyrings");
        let mut saved = std::fs::read_dir(&keyring).unwrap();
        let path = saved.next().unwrap().unwrap().path();
        let mut text: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        text["keys"][other.workspace().to_string()] = serde_json::json!("00ff");
        std::fs::write(&path, text.to_string()).unwrap();
        let target = saving.files();
        let refused = saving.restore(&target, |_| {}).await.unwrap_err().to_string();
        assert!(refused.contains(&format!("no key of {}", other.workspace())), "{refused}");
        let (database, only) = (saving.database().await, Some(saving.workspace));
        crate::backups::saving::opened(&database.options).await;
        let one = saving.restore(&database, |restore| restore.only = only).await;
        assert_eq!(one.unwrap().workspaces, 1);
    }

    /// Two instances may share a bucket by mistake: neither takes the other's backups for its own, or ends them.
    async fn what_another_instance_saved_neither_counts_nor_ends(home) {
        let (saving, other) = (Saving::of(home).await, Saving::of(crate::engines::Home::embedded().await).await);
        assert!(Ours::of(saving.store()).await.unwrap().is_none());
        saving.create().await.unwrap();
        for _ in 0..9 {
            other.create().await.unwrap();
        }
        let ours = Ours::of(saving.store()).await.unwrap().unwrap();
        assert!(ours.list(&place(&other.to)).await.unwrap().is_empty());
        assert_eq!(ours.list(&place(&saving.to)).await.unwrap().len(), 1);
        let later = saving.store().clock().now().plus(Duration::from_secs(25 * 3_600));
        let unfinished = other.create().await.unwrap();
        std::fs::remove_file(other.file(unfinished.id, "manifest.json")).unwrap();
        let (shared, keyrings) = (place(&other.to), place(&other.keyring_to));
        let pruned = backup::prune(&shared, Some(&keyrings), &ours, Duration::from_secs(3_600), later).await.unwrap();
        assert_eq!(pruned, 0);
        assert_eq!(backup::list(&shared).await.unwrap().len(), 9);
        assert!(other.file(unfinished.id, "").exists(), "it may be under way");
        other.restore(&other.files(), |_| {}).await.unwrap();
    }

    /// The neighbour's is the newest of the place, for its keyring as well.
    async fn beside_another_instance_one_finds_ones_own(home) {
        let (saving, mut other) = (Saving::of(home).await, Saving::of(crate::engines::Home::embedded().await).await);
        let own = saving.create().await.unwrap();
        other.to.clone_from(&saving.to);
        other.keyring_to.clone_from(&saving.keyring_to);
        other.create().await.unwrap();
        std::fs::write(Path::new(&saving.keyring_to).join("keyrings").join(format!("{}.json", never())), "{").unwrap();
        assert_eq!(saving.verify(None, None).await.unwrap().backup, own.id);
        let keyring = Path::new(&saving.keyring_to).join(format!("keyrings/{}.json", own.id));
        std::fs::copy(&keyring, keyring.with_file_name(format!("{}.json", never()))).unwrap();
        std::fs::remove_file(keyring).unwrap();
        let restored = saving.restore(&saving.files(), |_| {}).await.unwrap();
        assert_eq!(restored.backup, own.id, "by a later keyring of its own");
    }

    async fn a_certificate_counts_for_its_own_backup_alone(home) {
        let saving = Saving::of(home).await;
        let first = saving.create().await.unwrap();
        saving.verify(None, None).await.unwrap();
        let second = saving.create().await.unwrap();
        std::fs::copy(saving.file(first.id, "certificate.json"), saving.file(second.id, "certificate.json")).unwrap();
        let forged = std::fs::read_to_string(saving.file(first.id, "certificate.json")).unwrap();
        std::fs::write(saving.file(first.id, "certificate.json"), forged.replace("\"full\": true", "\"full\": false"))
            .unwrap();
        let ours = Ours::of(saving.store()).await.unwrap().unwrap();
        let listed = ours.list(&place(&saving.to)).await.unwrap();
        assert_eq!(listed.len(), 2);
        assert!(listed.iter().all(|one| one.certificate.is_none()), "{listed:?}");
        std::fs::write(saving.file(first.id, "certificate.json"), forged).unwrap();
        assert!(ours.list(&place(&saving.to)).await.unwrap()[1].certificate.is_some());
    }

    async fn without_the_right_keys_nothing_comes_back(home) {
        let saving = Saving::of(home).await;
        saving.create().await.unwrap();
        let target = saving.files();
        let data = |name: &str| match &target.options.engine {
            store::Engine::Embedded { data } => data.join(name),
            store::Engine::Postgres { .. } => unreachable!(),
        };
        let wrong = saving.restore(&target, |restore| restore.master_key = saving.other_key()).await.unwrap_err();
        assert!(wrong.to_string().contains("master key"), "{wrong}");
        let none = saving.restore(&target, |restore| restore.keyring_from = None).await.unwrap_err();
        assert!(none.to_string().contains("--keyring-from"), "{none}");
        assert!(!data("control.db").exists() && !data("keyring").exists() && !data("restoring").exists());
        saving.restore(&target, |_| {}).await.unwrap();
        let taken = saving.restore(&target, |_| {}).await.unwrap_err();
        assert!(taken.to_string().contains("empty folder"), "{taken}");
    }

    async fn a_keyring_beside_what_it_opens_is_refused(home) {
        let mut saving = Saving::of(home).await;
        saving.keyring_to = format!("{}/keys", saving.to);
        let refused = saving.create().await.unwrap_err().to_string();
        assert!(refused.contains("keyring"), "{refused}");
        assert!(!Path::new(&saving.to).exists());
    }

    async fn what_is_unfinished_is_no_backup_and_what_ended_goes(home) {
        let saving = Saving::of(home).await;
        let first = saving.create().await.unwrap();
        saving.verify(None, None).await.unwrap();
        let second = saving.create().await.unwrap();
        let mut newest = Vec::new();
        for _ in 0..7 {
            newest.insert(0, saving.create().await.unwrap().id);
        }
        let unfinished = saving.create().await.unwrap();
        std::fs::remove_file(saving.file(unfinished.id, "manifest.json")).unwrap();
        let listed = async || -> Vec<_> {
            let all = backup::list(&place(&saving.to)).await.unwrap();
            all.into_iter().map(|one| one.manifest.id).collect()
        };
        assert_eq!(listed().await, [newest.as_slice(), &[second.id, first.id]].concat());
        let ours = Ours::of(saving.store()).await.unwrap().unwrap();
        let keyrings = place(&saving.keyring_to);
        let prune = async |now: Timestamp| {
            let (to, keep) = (place(&saving.to), Duration::from_secs(3_600));
            backup::prune(&to, Some(&keyrings), &ours, keep, now).await.unwrap()
        };
        let now = saving.store().clock().now();
        assert_eq!(prune(now).await, 0);
        let later = now.plus(Duration::from_secs(25 * 3_600));
        // The one that was checked stays, and the newest seven.
        assert_eq!(prune(later).await, 1);
        assert_eq!(listed().await, [newest.as_slice(), &[first.id]].concat());
        assert!(!saving.file(unfinished.id, "").exists());
        let keyring = |id: BackupId| Path::new(&saving.keyring_to).join(format!("keyrings/{id}.json"));
        assert!(keyring(first.id).exists() && keyring(newest[6]).exists(), "with its backup");
        assert!(!keyring(second.id).exists());
        let target = saving.files();
        saving.restore(&target, |restore| restore.backup = Some(first.id)).await.unwrap();
    }

    async fn one_backup_at_a_time(home) {
        let saving = Saving::of(home).await;
        let held = backup::alone(saving.store()).await.unwrap();
        assert!(held.is_some() && backup::alone(saving.store()).await.unwrap().is_none());
        drop(held);
        for _ in 0..100 {
            if backup::alone(saving.store()).await.unwrap().is_some() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the lock stays held");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_key_keeps_no_other_from_being_saved() {
    let home = crate::engines::Home::embedded().await;
    let other = home.workspace().await.workspace();
    let saving = Saving::of(home).await;
    saving.index(other).await;
    let store::Engine::Embedded { data } = &saving.options.engine else { unreachable!() };
    std::fs::write(data.join("keyring").join(other.to_string()), "no digits").unwrap();
    let lacking = saving.create().await.unwrap_err();
    let BackupError::Incomplete { failed, .. } = lacking else { panic!("{lacking}") };
    assert_eq!(failed.iter().map(|one| &one.scope).collect::<Vec<_>>(), [&other.to_string()]);
    assert_eq!(saving.restore(&saving.files(), |_| {}).await.unwrap().workspaces, 1);
}
