//! The command line of `backup` and of `workspace`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kernel::WorkspaceId;
use store::backup::BackupId;

use super::Common;

#[derive(Debug, Subcommand)]
pub enum Backup {
    /// Save everything now, encrypted; a running server goes on meanwhile
    Create(CreateBackup),
    /// List the backups of a place, the newest first
    List(ListBackups),
    /// Check a backup: restored into a temporary place where its key is at hand, else its ciphertext
    Verify(VerifyBackup),
    /// Bring back everything into an empty place, or one workspace; no server may be running on it
    Restore(RestoreBackup),
}

impl Backup {
    pub const fn common(&self) -> &Common {
        match self {
            Self::Create(create) => &create.common,
            Self::List(list) => &list.common,
            Self::Verify(verify) => &verify.common,
            Self::Restore(restore) => &restore.common,
        }
    }
}

#[derive(Debug, Args)]
pub struct CreateBackup {
    /// A directory, or s3://BUCKET/PREFIX (credentials from AWS_…) [default: the setting backup_to]
    #[arg(long, value_name = "PLACE")]
    pub to: Option<String>,
    /// Save the keyring as well, to another place than the backups [default: the setting backup_keyring_to]
    #[arg(long, value_name = "PLACE")]
    pub keyring_to: Option<String>,
    /// Seal it for this age recipient (age1…), whose identity is not on this machine
    /// [default: the setting backup_recipient, else the instance's keyring]
    #[arg(long, value_name = "RECIPIENT")]
    pub recipient: Option<String>,
    /// Only this workspace (ws_…) [default: everything]
    #[arg(long, value_name = "ID")]
    pub workspace: Option<WorkspaceId>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct ListBackups {
    /// A directory, or s3://BUCKET/PREFIX [default: the setting backup_to]
    #[arg(long, value_name = "PLACE")]
    pub from: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct VerifyBackup {
    /// A directory, or s3://BUCKET/PREFIX [default: the setting backup_to]
    #[arg(long, value_name = "PLACE")]
    pub from: Option<String>,
    /// Which one (bkp_…) [default: the newest]
    #[arg(long, value_name = "ID")]
    pub backup: Option<BackupId>,
    /// The file of age-keygen that opens a backup which was sealed for a recipient
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct RestoreBackup {
    /// A directory, or s3://BUCKET/PREFIX [default: the setting backup_to]
    #[arg(long, value_name = "PLACE")]
    pub from: Option<String>,
    /// Which one (bkp_…) [default: the newest]
    #[arg(long, value_name = "ID")]
    pub backup: Option<BackupId>,
    /// Only this workspace (ws_…), into an instance that is there
    #[arg(long, value_name = "ID")]
    pub workspace: Option<WorkspaceId>,
    /// Over the workspace as it is now, which is lost
    #[arg(long, requires = "workspace")]
    pub replace: bool,
    /// Where the keyring was saved [default: the keyring that is there, else the setting backup_keyring_to]
    #[arg(long, value_name = "PLACE")]
    pub keyring_from: Option<String>,
    /// The file of age-keygen that opens a backup which was sealed for a recipient
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Subcommand)]
pub enum Workspace {
    /// Destroy a workspace and its key, for ever
    Erase(EraseWorkspace),
}

#[derive(Debug, Args)]
pub struct EraseWorkspace {
    /// Which one (ws_…)
    #[arg(long, value_name = "ID")]
    pub workspace: WorkspaceId,
    /// Do it; without this, it is only said what would be lost
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub common: Common,
}
