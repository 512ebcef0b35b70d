//! Every statement of the product, run without its filter.

use std::collections::BTreeMap;

use store::Registered;
use tokio_postgres::Statement;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::filling::{ROWS, Workspace};
use super::session::{Refusal, Session};
use super::weakened::{is_filtered, weakened};
use super::{Walls, begin};

/// Where a parameter stands among the values that rows have.
#[derive(Debug, Clone, Copy)]
enum Place {
    At,
    Below,
    Above,
}

/// What is sent for the parameters of a statement.
#[derive(Debug, Clone, Copy)]
struct Case {
    /// Whose ids are asked for.
    row: usize,
    /// For what is found by a value, and for both ends of lists.
    texts: Place,
    numbers: Place,
    /// Ids behind the first one are of the next row: for what replaces one, or is about all others.
    apart: bool,
}

const PLACES: [(Place, Place, bool); 7] = [
    (Place::At, Place::At, false),
    (Place::At, Place::Below, false),
    (Place::At, Place::Above, false),
    (Place::Below, Place::Below, false),
    (Place::Above, Place::Above, false),
    (Place::Below, Place::Below, true),
    (Place::Above, Place::Above, true),
];

/// What came of it.
type Outcome = Result<Vec<String>, Refusal>;

struct Weak {
    name: &'static str,
    /// As it is run: what gives rows gives each as one text.
    text: String,
    gives_rows: bool,
    changes: bool,
}

fn cases() -> impl Iterator<Item = Case> {
    let of_row = |row| PLACES.map(|(texts, numbers, apart)| Case { row, texts, numbers, apart });
    (0..ROWS).flat_map(of_row)
}

fn of_tenants() -> impl Iterator<Item = &'static Registered> {
    store::registered().filter(|statement| statement.door == "tenant")
}

impl Weak {
    fn new(statement: &Registered) -> Self {
        let bare = weakened(statement.text);
        assert!(bare != statement.text && !is_filtered(&bare), "{}: {bare}", statement.name);
        let reads = bare.starts_with("SELECT") || bare.starts_with("WITH");
        let gives_rows = reads || bare.contains("RETURNING");
        let text = match (reads, gives_rows) {
            (true, _) => format!("SELECT q::text FROM ({bare}) q"),
            (_, true) => format!("WITH q AS ({bare}) SELECT q::text FROM q"),
            _ => bare,
        };
        Self { name: statement.name, text, gives_rows, changes: !reads }
    }

    /// In the transaction that is open.
    fn run(&self, session: &Session, prepared: &Statement, of: &Workspace, case: Case) -> Outcome {
        let params = parameters(&self.text, prepared, of, case);
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| &**param).collect();
        if self.gives_rows {
            return session.ask(prepared, &params);
        }
        session.change(prepared, &params).map(|changed| vec![format!("{changed} rows")])
    }
}

/// The first is always the workspace. What switches a filter off is sent where the text knows such a thing.
fn parameters(text: &str, prepared: &Statement, of: &Workspace, case: Case) -> Vec<Box<dyn ToSql + Sync>> {
    let Case { row, texts, numbers, apart } = case;
    let each = prepared.params().iter().enumerate().map(|(index, kind)| -> Box<dyn ToSql + Sync> {
        let number = index + 1;
        let may_be_null = text.contains(&format!("${number} IS NULL"));
        match *kind {
            Type::UUID if number == 1 => Box::new(of.id),
            Type::UUID if may_be_null => Box::new(None::<Uuid>),
            Type::UUID if apart && number > 2 => Box::new(of.row((row + 1) % ROWS)),
            Type::UUID => Box::new(of.row(row)),
            Type::TEXT if may_be_null => Box::new(None::<String>),
            Type::TEXT if text.contains(&format!("${number} = ''")) => Box::new(String::new()),
            Type::TEXT => Box::new(match texts {
                Place::At => of.text(row),
                Place::Below => String::new(),
                Place::Above => "~".to_owned(),
            }),
            Type::INT8 => Box::new(match numbers {
                Place::At => of.number(row),
                Place::Below => 1,
                // More than any row has; not so much that what goes round in a circle goes on for long.
                Place::Above => 5_000,
            }),
            Type::BOOL => Box::new(true),
            Type::BYTEA => Box::new(of.text(row).into_bytes()),
            ref other => panic!("${number} is {other}: say here what it may be\n{text}"),
        }
    });
    each.collect()
}

impl Walls {
    /// What each statement gives in each case to whoever begins so, with B's ids. Nothing of it stays. Changes of
    /// B's rows are told as well.
    fn outcomes(&self, session: &Session, begin: &str, weak: &[Weak]) -> BTreeMap<String, Outcome> {
        let digest = self.digest();
        let as_b = format!("SELECT set_config('trackhold.workspace', '{}', true)", self.b.id);
        let of_b = |session: &Session| {
            session.run(&as_b).unwrap();
            session.texts(&digest).concat()
        };
        session.run(&format!("{begin}; SET LOCAL ROLE trackhold_tenant")).unwrap();
        let before = of_b(session);
        session.run("ROLLBACK").unwrap();
        let mut all = BTreeMap::new();
        for one in weak {
            let prepared =
                session.prepare(&one.text).unwrap_or_else(|error| panic!("{}: {error:?}", one.name));
            for case in cases() {
                session.run(begin).unwrap();
                let outcome = one.run(session, &prepared, &self.b, case);
                let name = format!("{} {case:?}", one.name);
                if one.changes && outcome.is_ok() {
                    session.run("SET LOCAL ROLE trackhold_tenant").unwrap();
                    if of_b(session) != before {
                        all.insert(format!("{name}: rows of the other workspace changed"), Ok(Vec::new()));
                    }
                }
                session.run("ROLLBACK").unwrap();
                all.insert(name, outcome);
            }
        }
        all
    }
}

#[test]
fn no_statement_without_its_filter_reaches_another_workspace() {
    let weak: Vec<Weak> = of_tenants().filter(|one| is_filtered(one.text)).map(Weak::new).collect();
    let walls = Walls::empty();
    // A connection that was never any workspace's.
    let stranger = Session::open(&walls.migrated.database.serve_url);
    stranger.run("SET search_path = tenant").unwrap();
    let nobody = "BEGIN; SET LOCAL ROLE trackhold_tenant";
    let as_a = begin(&walls.a.id.to_string());

    let nothing = walls.outcomes(&stranger, nobody, &weak);
    walls.fill(&walls.a);
    let alone = walls.outcomes(&walls.application, &as_a, &weak);
    walls.fill(&walls.b);
    let beside = walls.outcomes(&walls.application, &as_a, &weak);
    same(&alone, &beside, "before and after there was another workspace");
    same(&nothing, &walls.outcomes(&stranger, nobody, &weak), "before and after there was any workspace");
    for (name, outcome) in &beside {
        let said = format!("{outcome:?}");
        assert!(!walls.b.marks().iter().any(|mark| said.contains(mark)), "{name}: {said}");
    }

    // Without the wall, all of this would have been something else.
    let unbound = walls.outcomes(&walls.superuser, "BEGIN", &weak);
    let (mut reach, mut harmless) = (0, Vec::new());
    for one in &weak {
        let of_this = |name: &&String| name.starts_with(&format!("{} Case", one.name));
        let differs = |name: &String| beside.get(name) != unbound.get(name);
        if unbound.keys().filter(of_this).any(differs) { reach += 1 } else { harmless.push(one.name) }
    }
    println!("{} statements without their filter, {reach} of them held by the wall alone", weak.len());
    println!("harmless with these parameters: {harmless:#?}");
    assert!(reach * 10 >= weak.len() * 9, "the parameters reach too little to prove much");
}

fn same(before: &BTreeMap<String, Outcome>, after: &BTreeMap<String, Outcome>, when: &str) {
    for name in before.keys().chain(after.keys()) {
        assert_eq!(before.get(name), after.get(name), "{name}, {when}");
    }
}

#[test]
fn no_statement_puts_a_row_into_another_workspace() {
    let walls = Walls::filled();
    let before = walls.superuser.texts(&walls.digest());
    let mut tried = 0;
    for statement in of_tenants().filter(|one| !is_filtered(one.text)) {
        assert!(statement.text.starts_with("INSERT INTO"), "{}: {}", statement.name, statement.text);
        let prepared = walls.application.prepare(statement.text).unwrap();
        for setting in [walls.a.id.to_string(), Uuid::nil().to_string(), String::new()] {
            for case in cases() {
                let params = parameters(statement.text, &prepared, &walls.b, case);
                let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| &**param).collect();
                walls.application.run(&begin(&setting)).unwrap();
                let refused = walls.application.change(&prepared, &params).unwrap_err();
                walls.application.run("COMMIT").unwrap();
                assert!(refused.is_of_the_policy(), "{} for {setting:?}: {refused:?}", statement.name);
            }
        }
        tried += 1;
    }
    assert_eq!(walls.superuser.texts(&walls.digest()), before);
    println!("{tried} statements that insert, all refused");
}

#[test]
fn every_statement_of_a_workspace_is_tried() {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for statement in of_tenants() {
        let kind = if is_filtered(statement.text) {
            statement.text.split(' ').next().unwrap()
        } else {
            "unfiltered"
        };
        *kinds.entry(kind).or_default() += 1;
    }
    println!("{kinds:?}");
    for (kind, least) in
        [("SELECT", 130), ("UPDATE", 45), ("DELETE", 18), ("unfiltered", 30), ("WITH", 2), ("INSERT", 1)]
    {
        assert!(kinds.get(kind).is_some_and(|found| *found >= least), "{kind}: {kinds:?}");
    }
    for room in ["store::", "web::", "identity::", "work::"] {
        assert!(of_tenants().any(|one| one.name.starts_with(room)), "{room} is linked");
    }
}
