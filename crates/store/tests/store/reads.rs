//! Reads see one moment and cannot write.

use store::{TenantTx, params};

use crate::both_engines;
use crate::engines::{NAMES, add, names};

both_engines! {
    async fn a_read_cannot_write(home) {
        let door = home.workspace().await;
        let refused = door.read(async |tx: &mut TenantTx| add(tx, "smuggled").await).await;
        assert!(refused.is_err());
        assert!(names(&door).await.is_empty());
        door.write(async |tx: &mut TenantTx| add(tx, "written").await).await.unwrap();
        assert_eq!(names(&door).await, ["written"]);
    }

    async fn a_read_sees_one_moment(home) {
        let door = home.workspace().await;
        let other = door.clone();
        let (before, after) = door
            .read(async |tx: &mut TenantTx| {
                let workspace = tx.workspace();
                let before: Vec<(String,)> = tx.all(&NAMES, params![workspace]).await?;
                std::thread::scope(|scope| {
                    scope.spawn(|| {
                        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                        runtime.block_on(other.write(async |tx: &mut TenantTx| add(tx, "meanwhile").await)).unwrap();
                    });
                });
                let after: Vec<(String,)> = tx.all(&NAMES, params![workspace]).await?;
                Ok((before, after))
            })
            .await
            .unwrap();
        assert_eq!(before, after);
        assert_eq!(names(&door).await, ["meanwhile"]);
    }
}
