//! The same through S3, from a process of its own: credentials are taken from the environment.

use std::process::Stdio;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use store::TenantTx;
use store::backup;

use crate::backups::saving::{Saving, opened, place};
use crate::engines::{Home, add, names};

const CHILD: &str = "TRACKHOLD_TEST_BUCKET";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_goes_through_a_bucket() {
    let folder = tempfile::tempdir().unwrap();
    for bucket in ["saved", "keys"] {
        std::fs::create_dir(folder.path().join(bucket)).unwrap();
    }
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
    service.set_auth(SimpleAuth::from_single("somebody".to_owned(), "a secret word".to_owned()));
    let service = service.build();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    let status = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "buckets::whoever_has_the_credentials", "--nocapture"])
        .env(CHILD, "1")
        .env("AWS_ACCESS_KEY_ID", "somebody")
        .env("AWS_SECRET_ACCESS_KEY", "a secret word")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", format!("http://{address}"))
        .env("AWS_ALLOW_HTTP", "true")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await
        .unwrap();
    assert!(status.success());
}

/// The other process: nothing to do where nobody asked for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_credentials() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let mut saving = Saving::of(Home::embedded().await).await;
    saving.to = "s3://saved/here".to_owned();
    saving.keyring_to = "s3://keys".to_owned();
    for _ in 0..12 {
        // Larger than what is sent in one piece.
        saving
            .door()
            .write(async |tx: &mut TenantTx| add(tx, &"x".repeat(1 << 20)).await.map(drop))
            .await
            .unwrap();
    }
    saving.create().await.unwrap();
    let manifest = saving.create().await.unwrap();
    assert!(manifest.parts[0].size > 9 << 20);
    assert!(saving.verify(None, None).await.unwrap().full);
    let listed = backup::list(&place(&saving.to)).await.unwrap();
    assert_eq!((listed.len(), listed[0].manifest.id), (2, manifest.id));
    assert!(listed[0].certificate.is_some());
    let target = saving.files();
    saving.restore(&target, |_| {}).await.unwrap();
    let store = opened(&target.options).await;
    let door = store.system_tenant(saving.workspace, kernel::access::Actor::system());
    assert_eq!(names(&door).await.len(), 12);
    for _ in 0..6 {
        saving.create().await.unwrap();
    }
    let ours = backup::Ours::of(saving.store()).await.unwrap().unwrap();
    let later = saving.store().clock().now().plus(std::time::Duration::from_secs(7_200));
    let hour = std::time::Duration::from_secs(3_600);
    // The newest seven, and the one that was checked.
    assert_eq!(backup::prune(&place(&saving.to), None, &ours, hour, later).await.unwrap(), 1);
    assert_eq!(backup::list(&place(&saving.to)).await.unwrap().len(), 7);
}
