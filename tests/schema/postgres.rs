//! The scale-out engine's schema, read from the server.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use kernel::crypto::MasterKey;
use store::{Engine, Message, Options, Receive, Store, TenantTx};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

use crate::shape::{Column, ForeignKey, Kind, Schema, Table};

struct Nobody;

impl Receive for Nobody {
    fn receive<'a>(
        &'a self,
        _: &'a mut TenantTx,
        _: Message,
    ) -> Pin<Box<dyn Future<Output = kernel::Result<()>> + Send + 'a>> {
        Box::pin(async { Ok(()) })
    }
}

/// A database that the store has migrated.
pub struct Migrated {
    runtime: Runtime,
    superuser: Client,
    application: Client,
    pub database: testkit::TestDatabase,
}

impl Migrated {
    pub fn new() -> Self {
        let database = testkit::postgres().fresh_database();
        let runtime = Runtime::new().unwrap();
        let engine = Engine::Postgres {
            serve: database.serve_url.clone(),
            migrate: Some(database.migrate_url.clone()),
        };
        let options = Options::new(engine, MasterKey::random());
        drop(runtime.block_on(Store::open(options, Arc::new(Nobody))).unwrap());
        let superuser = connect(&runtime, &database.superuser_url);
        let application = connect(&runtime, &database.serve_url);
        Self { runtime, superuser, application, database }
    }

    pub fn prepare(&self, door: &str, text: &str) -> Result<(), String> {
        let path = format!("SET search_path = {door}");
        self.runtime.block_on(self.application.batch_execute(&path)).unwrap();
        self.runtime.block_on(self.application.prepare(text)).map(drop).map_err(|error| {
            error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
        })
    }

    /// Foreign keys that cannot wait for the end of a copy.
    pub fn impatient_keys(&self, door: &str) -> Vec<String> {
        let rows = self.query(
            "SELECT k.conname::text FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
             WHERE n.nspname = $1 AND k.contype = 'f' AND (NOT k.condeferrable OR k.condeferred)",
            door,
        );
        rows.iter().map(|row| row.get(0)).collect()
    }

    fn query(&self, sql: &str, schema: &str) -> Vec<tokio_postgres::Row> {
        self.runtime.block_on(self.superuser.query(sql, &[&schema])).unwrap()
    }

    pub fn schema(&self, door: &str) -> Schema {
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        let columns = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO'
            FROM information_schema.columns WHERE table_schema = $1";
        for row in self.query(columns, door) {
            let (table, column, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
            let kind = match kind.as_str() {
                "bigint" | "boolean" => Kind::Number,
                "text" => Kind::Text,
                "bytea" | "uuid" => Kind::Bytes,
                "timestamp with time zone" if table == "migrations" => Kind::Number,
                other => panic!("{table}.{column} is {other}"),
            };
            tables.entry(table).or_default().columns.insert(column, Column { kind, required: row.get(3) });
        }
        self.constraints(door, &mut tables);
        self.indexes(door, &mut tables);
        Schema { tables }
    }

    fn constraints(&self, door: &str, tables: &mut BTreeMap<String, Table>) {
        let sql = "SELECT c.relname::text, k.contype::text, k.confdeltype::text, coalesce(f.relname::text, ''),
                ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u(n, o)
                      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.o),
                ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u(n, o)
                      JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.o)
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_class f ON f.oid = k.confrelid WHERE n.nspname = $1";
        for row in self.query(sql, door) {
            let table = tables.get_mut(row.get::<_, &str>(0)).unwrap();
            let columns: Vec<String> = row.get(4);
            match row.get(1) {
                "p" => table.primary_key = columns,
                "u" => drop(table.unique.insert(columns)),
                "f" => {
                    let on_delete = match row.get(2) {
                        "a" => "NO ACTION",
                        "c" => "CASCADE",
                        "n" => "SET NULL",
                        other => panic!("ON DELETE {other}"),
                    };
                    table.foreign_keys.insert(ForeignKey {
                        columns,
                        table: row.get(3),
                        references: row.get(5),
                        on_delete: on_delete.into(),
                    });
                }
                _ => {}
            }
        }
    }

    fn indexes(&self, door: &str, tables: &mut BTreeMap<String, Table>) {
        let sql = "SELECT c.relname::text, i.relname::text, x.indpred IS NOT NULL,
                ARRAY(SELECT a.attname::text FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS u(n, o)
                      JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = u.n ORDER BY u.o)
            FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)";
        for row in self.query(sql, door) {
            let table = tables.get_mut(row.get::<_, &str>(0)).unwrap();
            table.indexes.insert((row.get(1), row.get(3), row.get(2)));
        }
    }
}

fn connect(runtime: &Runtime, url: &str) -> Client {
    let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls)).unwrap();
    runtime.spawn(connection);
    client
}
