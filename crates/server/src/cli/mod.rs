//! The command line.

mod backup;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use self::backup::{
    Backup, CreateBackup, EraseWorkspace, ListBackups, RestoreBackup, VerifyBackup, Workspace,
};
use crate::config::{Layer, Place, keys};

const AFTER: &str = "\
Settings may also stand in the environment (TRACKHOLD_LISTEN for --listen, and so on) and in a TOML file
(listen = \"…\"). A flag wins over the environment, the environment over the file.

The master key comes from TRACKHOLD_MASTER_KEY (64 hexadecimal digits), from --master-key-file, or is made at
the first start as master.key in the data directory. Lose it and all data is lost: save it elsewhere.

Exit codes: 0 stopped as asked, 2 wrong use or configuration, 1 anything else.";

const AFTER_DOCTOR: &str = "\
It changes nothing, and works beside a running server and without one.

Exit codes: 0 nothing is wrong (there may be warnings), 1 something is.";

/// Keeps a team's work on your own machine, encrypted.
#[derive(Debug, Parser)]
#[command(name = "trackhold", version, after_help = AFTER, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: Serve,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API and the pages (what happens without a command, too)
    Serve(Serve),
    /// Make accounts, and let people back in
    #[command(subcommand)]
    User(User),
    /// Look after the audit log
    #[command(subcommand)]
    Audit(Audit),
    /// Move everything from a data directory into PostgreSQL; the directory stays as it is
    Move(Move),
    /// Save everything, check what was saved, and bring it back
    #[command(subcommand)]
    Backup(Backup),
    /// Look after one workspace
    #[command(subcommand)]
    Workspace(Workspace),
    /// Look whether all is as it should be, and say what to do where it is not
    #[command(after_help = AFTER_DOCTOR)]
    Doctor(Doctor),
    /// Print the API's OpenAPI document
    Openapi,
    /// Print who may do what, as a page of the documentation
    #[command(hide = true)]
    AccessMatrix,
    /// Print every route with the permission that it asks for
    #[command(hide = true)]
    Routes {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum User {
    /// Make an account, whoever may register
    Create(CreateUser),
    /// Make a link that lets somebody choose a new password
    Recover(RecoverUser),
    /// Take a lost second factor off an account, in all of its workspaces
    #[command(name = "reset-2fa")]
    ResetFactor(RecoverUser),
}

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Check that no record of the audit log was changed, removed or put in between
    Verify(VerifyAudit),
}

/// Which data, and how the answer looks: the same for every command.
#[derive(Debug, Args)]
pub struct Common {
    /// Read settings from this TOML file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Data directory [default: ./trackhold-data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// PostgreSQL instead of the data directory; better given as TRACKHOLD_DATABASE_URL, which
    /// other users of the machine cannot see
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// PostgreSQL as the role that owns the tables, to migrate them
    #[arg(long, value_name = "URL")]
    pub migrate_url: Option<String>,
    /// Read the master key from this file (64 hexadecimal digits, mode 0600)
    #[arg(long, value_name = "FILE")]
    pub master_key_file: Option<String>,
    /// Answer in JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// What the log looks like [default: auto] [possible values: auto, human, json]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub log_format: Option<String>,
    /// How much is logged [default: info] [possible values: error, warn, info, debug, trace]
    #[arg(long, value_name = "LEVEL")]
    pub log_level: Option<String>,
}

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub common: Common,
    /// Address and port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// How people reach this server [default: http://localhost:PORT]
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Who may make an account [default: invite] [possible values: open, invite, closed]
    #[arg(long, value_name = "WHO")]
    pub registration: Option<String>,
    /// Requests a minute of one session, 0 for no limit [default: 6000]
    #[arg(long, value_name = "NUMBER")]
    pub rate_per_minute: Option<String>,
    /// Serve a TLS proxy in this network; repeat it, or separate by commas
    #[arg(long, value_name = "NETWORK")]
    pub behind_proxy: Vec<String>,
    /// Workspaces kept open at a time by the embedded store [default: 256]
    #[arg(long, value_name = "NUMBER")]
    pub open_workspaces: Option<String>,
    /// Connections to PostgreSQL [default: 32]
    #[arg(long, value_name = "NUMBER")]
    pub connections: Option<String>,
    /// Where the daily backup goes: a directory, s3://BUCKET/PREFIX, or off for none
    /// [default: backups in the data directory]
    #[arg(long, value_name = "PLACE")]
    pub backup_to: Option<String>,
    /// Where the keyring is saved with it, which must be another place [default: nowhere]
    #[arg(long, value_name = "PLACE")]
    pub backup_keyring_to: Option<String>,
    /// Seal backups for this age recipient (age1…) [default: for the keyring]
    #[arg(long, value_name = "RECIPIENT")]
    pub backup_recipient: Option<String>,
    /// Days that backups are kept [default: 30]
    #[arg(long, value_name = "NUMBER")]
    pub backup_keep_days: Option<String>,
}

#[derive(Debug, Args)]
pub struct CreateUser {
    /// The person's e-mail address
    #[arg(long)]
    pub email: String,
    /// The person's name
    #[arg(long)]
    pub name: String,
    /// Read the password from standard input (one line); never from an argument, which others see
    #[arg(long, required = true)]
    pub password_stdin: bool,
    /// May look after the whole instance
    #[arg(long)]
    pub superadmin: bool,
    /// Join this workspace (name or ws_…) as a viewer, or make it as its admin
    /// [default: a new one of the person's name]
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct RecoverUser {
    /// The person's e-mail address
    #[arg(long)]
    pub email: String,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct VerifyAudit {
    /// Only this workspace (ws_…) [default: the instance and all workspaces]
    #[arg(long, value_name = "ID")]
    pub workspace: Option<kernel::WorkspaceId>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Move {
    /// The data directory; no server may be using it
    #[arg(long, value_name = "DIR")]
    pub from: String,
    /// PostgreSQL as the application role; better given as TRACKHOLD_DATABASE_URL, which other users of
    /// the machine cannot see
    #[arg(long, value_name = "URL")]
    pub to: Option<String>,
    /// Only look whether it can be done, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// PostgreSQL as the role that owns the tables, to migrate them first
    #[arg(long, value_name = "URL")]
    pub migrate_url: Option<String>,
    /// Read the master key from this file (64 hexadecimal digits, mode 0600)
    /// [default: the data directory's master.key]
    #[arg(long, value_name = "FILE")]
    pub master_key_file: Option<String>,
    /// Read settings from this TOML file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Say each step in a line of JSON, for programs
    #[arg(long)]
    pub json: bool,
}

impl Cli {
    /// Whether what goes wrong is to be said to a program.
    pub fn wants_json(&self) -> bool {
        let common = match &self.command {
            None => &self.serve.common,
            Some(Command::Serve(serve)) => &serve.common,
            Some(Command::User(User::Create(create))) => &create.common,
            Some(Command::User(User::Recover(named) | User::ResetFactor(named))) => &named.common,
            Some(Command::Audit(Audit::Verify(verify))) => &verify.common,
            Some(Command::Backup(backup)) => backup.common(),
            Some(Command::Workspace(Workspace::Erase(erase))) => &erase.common,
            Some(Command::Doctor(doctor)) => &doctor.common,
            Some(Command::Move(arguments)) => return arguments.json,
            Some(Command::Openapi | Command::AccessMatrix | Command::Routes { .. }) => return false,
        };
        common.json
    }
}

impl Move {
    pub fn settings(&self) -> Layer {
        let mut layer = Layer::default();
        layer.set_text(keys::DATA, &self.from, Place::Flag("--from"));
        if let Some(to) = &self.to {
            layer.set_text(keys::DATABASE_URL, to, Place::Flag("--to"));
        }
        put(&mut layer, keys::MIGRATE_URL, self.migrate_url.as_ref());
        put(&mut layer, keys::MASTER_KEY_FILE, self.master_key_file.as_ref());
        layer
    }
}

impl Common {
    pub fn settings(&self) -> Layer {
        let mut layer = Layer::default();
        put(&mut layer, keys::DATA, self.data.as_ref());
        put(&mut layer, keys::DATABASE_URL, self.database_url.as_ref());
        put(&mut layer, keys::MIGRATE_URL, self.migrate_url.as_ref());
        put(&mut layer, keys::MASTER_KEY_FILE, self.master_key_file.as_ref());
        put(&mut layer, keys::LOG_FORMAT, self.log_format.as_ref());
        put(&mut layer, keys::LOG_LEVEL, self.log_level.as_ref());
        layer
    }
}

impl Serve {
    pub fn settings(&self) -> Layer {
        let mut layer = self.common.settings();
        put(&mut layer, keys::LISTEN, self.listen.as_ref());
        put(&mut layer, keys::PUBLIC_URL, self.public_url.as_ref());
        put(&mut layer, keys::REGISTRATION, self.registration.as_ref());
        put(&mut layer, keys::RATE_PER_MINUTE, self.rate_per_minute.as_ref());
        put(&mut layer, keys::OPEN_WORKSPACES, self.open_workspaces.as_ref());
        put(&mut layer, keys::CONNECTIONS, self.connections.as_ref());
        put(&mut layer, keys::BACKUP_TO, self.backup_to.as_ref());
        put(&mut layer, keys::BACKUP_KEYRING_TO, self.backup_keyring_to.as_ref());
        put(&mut layer, keys::BACKUP_RECIPIENT, self.backup_recipient.as_ref());
        put(&mut layer, keys::BACKUP_KEEP_DAYS, self.backup_keep_days.as_ref());
        if !self.behind_proxy.is_empty() {
            put(&mut layer, keys::BEHIND_PROXY, Some(&self.behind_proxy.join(",")));
        }
        layer
    }
}

fn put(layer: &mut Layer, key: keys::Key, text: Option<&String>) {
    if let Some(text) = text {
        layer.set_text(key, text, Place::Flag(key.flag));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
