//! What is missing from the wall around a table, read from the catalogue.

use super::session::Session;
use crate::postgres::Migrated;

/// One row a fault. The policy is compared as the server prints it, so that one which lets more through is seen.
const FAULTS: &str = "
    WITH of_tenants AS (
        SELECT c.oid AS id, c.relname::text AS name, c.relkind, c.relrowsecurity AS is_on, c.relforcerowsecurity AS is_forced
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'tenant' AND c.relkind NOT IN ('i', 'I', 't', 'c')
    ), wall AS (
        SELECT '(workspace_id = (NULLIF(current_setting(''trackhold.workspace''::text, true), ''''::text))::uuid)' AS text
    ), keyed AS (
        SELECT t.name, i.relname::text AS key, x.indkey::int2[] AS columns, t.id
        FROM of_tenants t JOIN pg_index x ON x.indrelid = t.id JOIN pg_class i ON i.oid = x.indexrelid
        WHERE x.indisunique OR x.indisprimary
        UNION ALL
        SELECT t.name, k.conname::text, k.conkey, t.id
        FROM of_tenants t JOIN pg_constraint k ON k.conrelid = t.id WHERE k.contype = 'f'
    )
    SELECT name || ' is not a table' FROM of_tenants WHERE relkind NOT IN ('r', 'p')
    UNION ALL SELECT name || ' has no row-level security' FROM of_tenants WHERE relkind IN ('r', 'p') AND NOT is_on
    UNION ALL SELECT name || ' does not bind its owner' FROM of_tenants WHERE relkind IN ('r', 'p') AND NOT is_forced
    UNION ALL SELECT name || ' has no policy' FROM of_tenants
        WHERE relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = id)
    UNION ALL SELECT t.name || ' has another policy: ' || p.polname FROM of_tenants t
        JOIN pg_policy p ON p.polrelid = t.id CROSS JOIN wall
        WHERE p.polcmd <> '*' OR p.polroles <> '{0}'
            OR pg_get_expr(p.polqual, p.polrelid) IS DISTINCT FROM wall.text
            OR pg_get_expr(p.polwithcheck, p.polrelid) IS DISTINCT FROM wall.text
    UNION ALL SELECT name || ' has no primary key' FROM of_tenants
        WHERE relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = id AND k.contype = 'p')
    UNION ALL SELECT name || ' has rows of no workspace' FROM of_tenants
        WHERE relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_attribute a
            WHERE a.attrelid = id AND a.attname = 'workspace_id' AND a.attnotnull AND a.atttypid = 'uuid'::regtype)
    UNION ALL SELECT name || ' has a key without its workspace: ' || key FROM keyed
        WHERE NOT EXISTS (SELECT FROM pg_attribute a
            WHERE a.attrelid = id AND a.attname = 'workspace_id' AND a.attnum = ANY (columns))
    UNION ALL SELECT t.name || ' refers out of its workspace: ' || k.conname FROM of_tenants t
        JOIN pg_constraint k ON k.conrelid = t.id AND k.contype = 'f'
        WHERE NOT EXISTS (SELECT FROM unnest(k.conkey, k.confkey) AS u(here, there)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.here AND a.attname = 'workspace_id'
            JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.there AND b.attname = 'workspace_id')
    UNION ALL SELECT t.name || ' is open to ' || g.grantee::regrole::text FROM of_tenants t
        JOIN pg_class c ON c.oid = t.id CROSS JOIN LATERAL aclexplode(c.relacl) g
        WHERE g.grantee <> c.relowner AND g.grantee <> 'trackhold_tenant'::regrole
    UNION ALL SELECT p.proname || ' runs as its owner' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname IN ('tenant', 'control') AND p.prosecdef AND p.oid <> 'control.erase_workspace(uuid)'::regprocedure
    UNION ALL SELECT p.proname || ' can be run by ' || g.grantee::regrole::text FROM pg_proc p
        CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
        WHERE p.oid = 'control.erase_workspace(uuid)'::regprocedure
            AND g.grantee <> p.proowner AND g.grantee <> 'trackhold_app'::regrole
    ORDER BY 1";

/// Rights of the tenants' role in the instance's schema.
const LEAKS: &str = "
    SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'control' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND (has_schema_privilege('trackhold_tenant', 'control', 'USAGE')
            OR (c.relkind <> 'S' AND has_table_privilege('trackhold_tenant', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')))
    ORDER BY 1";

#[test]
fn every_table_of_a_workspace_is_behind_the_policy_and_keyed_by_it() {
    let migrated = Migrated::new();
    let superuser = Session::open(&migrated.database.superuser_url);
    assert_eq!(superuser.texts(FAULTS), Vec::<String>::new());
    assert_eq!(superuser.texts(LEAKS), Vec::<String>::new());
}

/// A table that has all of it.
const WHOLE: &str = "SET search_path = tenant;
        CREATE TABLE notes (workspace_id uuid NOT NULL, id uuid NOT NULL, board_id uuid, word text,
            PRIMARY KEY (id, workspace_id));
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        ALTER TABLE notes FORCE ROW LEVEL SECURITY;
        CREATE POLICY one_workspace ON notes
            USING (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid)
            WITH CHECK (workspace_id = NULLIF(current_setting('trackhold.workspace', true), '')::uuid);
        GRANT SELECT ON notes TO trackhold_tenant";

/// What takes a part away, and what is said then.
const HOLES: [(&str, Option<&str>); 15] = [
    ("SELECT 1", None),
    ("ALTER TABLE notes DISABLE ROW LEVEL SECURITY", Some("notes has no row-level security")),
    ("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY", Some("notes does not bind its owner")),
    ("DROP POLICY one_workspace ON notes", Some("notes has no policy")),
    ("ALTER POLICY one_workspace ON notes USING (true)", Some("notes has another policy: one_workspace")),
    ("CREATE POLICY more ON notes FOR SELECT USING (true)", Some("notes has another policy: more")),
    ("ALTER TABLE notes DROP CONSTRAINT notes_pkey", Some("notes has no primary key")),
    ("ALTER TABLE notes ADD UNIQUE (word)", Some("notes has a key without its workspace: notes_word_key")),
    ("CREATE UNIQUE INDEX words ON notes (word)", Some("notes has a key without its workspace: words")),
    (
        "ALTER TABLE notes ADD other uuid, ADD CONSTRAINT out FOREIGN KEY (other, board_id) REFERENCES boards (workspace_id, id)",
        Some("notes has a key without its workspace: out"),
    ),
    (
        "ALTER TABLE notes ADD CONSTRAINT out FOREIGN KEY (workspace_id, board_id) REFERENCES notes (id, workspace_id)",
        Some("notes refers out of its workspace: out"),
    ),
    ("GRANT SELECT ON notes TO trackhold_app", Some("notes is open to trackhold_app")),
    ("GRANT SELECT ON notes TO PUBLIC", Some("notes is open to -")),
    ("CREATE VIEW seen AS SELECT * FROM notes", Some("seen is not a table")),
    (
        "CREATE FUNCTION peek() RETURNS bigint SECURITY DEFINER LANGUAGE sql AS 'SELECT count(*) FROM tenant.notes'",
        Some("peek runs as its owner"),
    ),
];

#[test]
fn a_hole_in_the_wall_is_seen() {
    let migrated = Migrated::new();
    let superuser = Session::open(&migrated.database.superuser_url);
    let owner = Session::open(&migrated.database.migrate_url);
    for (change, fault) in HOLES {
        owner.run(&format!("BEGIN; {WHOLE}; {change}; COMMIT")).unwrap();
        let found = superuser.texts(FAULTS);
        match fault {
            Some(fault) => assert!(found.iter().any(|one| one == fault), "{change}: {found:?}"),
            None => assert_eq!(found, Vec::<String>::new(), "a table that has all of it"),
        }
        owner.run("DROP FUNCTION IF EXISTS peek(); DROP TABLE notes CASCADE").unwrap();
    }
    owner.run("GRANT USAGE ON SCHEMA control TO trackhold_tenant").unwrap();
    assert!(superuser.texts(LEAKS).contains(&"users".to_owned()));
}
