//! The binary as its operator sees it: configuration, keys, files, signals and commands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backups;
mod commands;
mod configuration;
mod doctor;
mod documented;
mod documents;
mod http;
mod logs;
mod master_keys;
mod moving;
mod on_disk;
mod overview;
mod pages;
mod process;
mod restores;
mod stopping;
mod workspaces;
