//! The same statements on rusqlite alone: one connection, the same cipher and durability, groups
//! of a fixed size, no savepoints, no queue, no answers.

use std::path::Path;
use std::time::{Duration, Instant};

use kernel::audit::Link;
use kernel::crypto::{hex, random};
use kernel::{Clock, UserId};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, params_from_iter};
use uuid::Uuid;

use crate::statements::{self, Parameter, Place, text};

impl ToSql for Parameter {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
            Self::Uuid(value) => ValueRef::Blob(value.as_bytes()),
        }))
    }
}

pub struct Bare {
    connection: Connection,
    place: Place,
}

impl Bare {
    pub fn open(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", hex(&random::<32>()))).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 PRAGMA wal_autocheckpoint = 250; PRAGMA temp_store = MEMORY;",
            )
            .unwrap();
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
        connection.set_prepared_statement_cache_capacity(64);
        for name in store::migrations::names() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/store/migrations/sqlite/tenant");
            connection
                .execute_batch(&std::fs::read_to_string(format!("{folder}/{name}.sql")).unwrap())
                .unwrap();
        }
        let id = || UserId::new(Clock::system().now()).uuid();
        let place = Place { workspace: id(), board: id(), group: id(), user: id() };
        let bare = Self { connection, place };
        bare.furnish(id());
        bare
    }

    fn furnish(&self, project: Uuid) {
        let Place { workspace, board, group, .. } = self.place;
        let run = |sql: &str, ids: &[Uuid]| {
            let ids = ids.iter().map(|id| Parameter::Uuid(*id));
            self.connection.execute(sql, params_from_iter(ids)).unwrap();
        };
        run("INSERT INTO audit_head (workspace_id, seq, hash) VALUES (?1, 0, zeroblob(32))", &[workspace]);
        run(
            "INSERT INTO projects (workspace_id, id, key, name, description, next_number, version, created_at, updated_at)
             VALUES (?1, ?2, 'PP', 'P', '', 1, 1, 0, 0)",
            &[workspace, project],
        );
        run(
            "INSERT INTO boards (workspace_id, id, project_id, name, position, version, created_at, updated_at)
             VALUES (?1, ?2, ?3, 'B', 'a0', 1, 0, 0)",
            &[workspace, board, project],
        );
        run(
            "INSERT INTO board_groups (workspace_id, id, board_id, name, position, version, created_at)
             VALUES (?1, ?2, ?3, 'G', 'a0', 1, 0)",
            &[workspace, group, board],
        );
    }

    /// Items made a second in groups of `size`.
    pub fn creates(&self, size: usize, length: Duration) -> f64 {
        let began = Instant::now();
        let mut made = 0;
        while began.elapsed() < length {
            self.group(size);
            made += size;
        }
        made as f64 / began.elapsed().as_secs_f64()
    }

    fn group(&self, size: usize) {
        self.run("BEGIN IMMEDIATE", &[]);
        let drafts: Vec<_> = (0..size).map(|_| self.create()).collect();
        let workspace = Parameter::Uuid(self.place.workspace);
        let mut last = self.head();
        for draft in drafts {
            let (end, row) = statements::record(self.place, last, draft);
            self.run(text(statements::RECORD), &row);
            last = end;
        }
        let none = Parameter::Int(0);
        let end = [workspace, Parameter::Int(last.seq), Parameter::Bytes(last.hash.to_vec()), none];
        self.run(text(statements::MOVE_HEAD), &end);
        self.run("COMMIT", &[]);
    }

    fn create(&self) -> kernel::audit::Draft {
        let Place { workspace, board, group, .. } = self.place;
        let mut statement =
            self.connection.prepare_cached(&store::numbered(text(statements::ALLOCATE))).unwrap();
        let (project, number, last): (Vec<u8>, i64, Option<String>) = statement
            .query_row(params_from_iter([workspace, board, group].map(Parameter::Uuid)), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        let project = Uuid::from_slice(&project).unwrap();
        let (item, activity, draft) = statements::item(self.place, project, number, last.as_deref());
        self.run(text(statements::INSERT), &item);
        self.run(text(statements::ACTIVITY), &activity);
        draft
    }

    fn head(&self) -> Link {
        let mut statement = self.connection.prepare_cached(&store::numbered(text(statements::HEAD))).unwrap();
        let workspace = [Parameter::Uuid(self.place.workspace)];
        let (seq, hash): (i64, Vec<u8>) =
            statement.query_row(params_from_iter(&workspace), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        Link { seq, hash: hash.try_into().unwrap() }
    }

    fn run(&self, sql: &str, parameters: &[Parameter]) {
        let mut statement = self.connection.prepare_cached(&store::numbered(sql)).unwrap();
        statement.execute(params_from_iter(parameters)).unwrap();
    }
}
