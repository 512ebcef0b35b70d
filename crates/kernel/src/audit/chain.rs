//! `hash = SHA-256(previous ‖ digest)`: nobody changes, removes or reorders a record unnoticed.

use std::fmt;

use super::entry::{Draft, Personal, Record, Sealed};
use crate::WorkspaceId;
use crate::crypto::{hex, random, sha256, unhex};

pub type Hash = [u8; 32];

/// What the first record of every chain follows.
pub const GENESIS: Hash = [0; 32];

/// Where a chain ends: the number and hash of its last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub seq: i64,
    pub hash: Hash,
}

impl Link {
    pub const START: Self = Self { seq: 0, hash: GENESIS };
}

/// Puts a draft behind `last`; gives the record, whose `seq` and `hash` are the new end.
pub fn append(last: Link, workspace: Option<WorkspaceId>, draft: Draft) -> Record {
    let Draft { id, at, actor, entry } = draft;
    let origin = actor.origin;
    let address =
        origin.ip.map(|ip| Personal { name: "ip".into(), value: ip.to_string(), about: actor.user });
    let agent =
        origin.user_agent.map(|value| Personal { name: "user_agent".into(), value, about: actor.user });
    let mut commitments = Vec::with_capacity(32 * (2 + entry.personal.len()));
    let sealed: Vec<Sealed> = address
        .into_iter()
        .chain(agent)
        .chain(entry.personal)
        .map(|value| {
            let salt = random::<16>();
            commitments.extend(commitment(&salt, &value.name, &value.value));
            Sealed { name: value.name, about: value.about, salt: Some(hex(&salt)), value: Some(value.value) }
        })
        .collect();
    let mut record = Record {
        workspace,
        seq: last.seq + 1,
        id,
        at,
        actor: actor.user,
        credential: actor.credential.name(),
        action: entry.action,
        resource: entry.resource,
        details: entry.details.to_string(),
        // A list of plain texts always has a JSON text.
        personal: serde_json::to_string(&sealed).unwrap_or_default(),
        commitments,
        hash: GENESIS,
    };
    record.hash = sha256(&[&last.hash, &digest(&record)]);
    record
}

fn commitment(salt: &[u8], name: &str, value: &str) -> Hash {
    sha256(&[salt, &(name.len() as u64).to_be_bytes(), name.as_bytes(), value.as_bytes()])
}

/// Every field behind its length, so that no two records have the same bytes.
fn digest(record: &Record) -> Hash {
    let workspace = record.workspace.map(|id| id.uuid()).unwrap_or_default();
    let actor = record.actor.map(|id| id.uuid()).unwrap_or_default();
    let id = record.id.uuid();
    let fields: [&[u8]; 11] = [
        b"trackhold.audit.1",
        workspace.as_bytes(),
        &record.seq.to_be_bytes(),
        id.as_bytes(),
        &record.at.micros().to_be_bytes(),
        actor.as_bytes(),
        record.credential.as_bytes(),
        record.action.as_bytes(),
        record.resource.as_bytes(),
        record.details.as_bytes(),
        &record.commitments,
    ];
    let mut bytes = Vec::with_capacity(512);
    for field in fields {
        bytes.extend((field.len() as u64).to_be_bytes());
        bytes.extend(field);
    }
    sha256(&[&bytes])
}

/// What is wrong with a record, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub seq: i64,
    pub why: &'static str,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {}: {}", self.seq, self.why)
    }
}

impl std::error::Error for Broken {}

/// Checks that `record` follows `last` and is what was written; gives the new end.
pub fn check(last: Link, record: &Record) -> Result<Link, Broken> {
    let broken = |why| Err(Broken { seq: record.seq, why });
    if record.seq != last.seq + 1 {
        return broken("is not the next in the chain");
    }
    if record.hash != sha256(&[&last.hash, &digest(record)]) {
        return broken("was changed, or follows another record than it did");
    }
    let Ok(sealed) = serde_json::from_str::<Vec<Sealed>>(&record.personal) else {
        return broken("has unreadable personal values");
    };
    if record.commitments.len() != 32 * sealed.len() {
        return broken("has lost or gained a personal value");
    }
    for (value, committed) in sealed.iter().zip(record.commitments.chunks(32)) {
        let holds = match (&value.salt, &value.value) {
            (None, None) => true,
            (Some(salt), Some(text)) => {
                unhex(salt).is_some_and(|salt| commitment(&salt, &value.name, text) == committed)
            }
            _ => false,
        };
        if !holds {
            return broken("has a changed personal value");
        }
    }
    Ok(Link { seq: record.seq, hash: record.hash })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Actor, Credential, Origin};
    use crate::audit::Entry;
    use crate::{Timestamp, UserId};
    use serde_json::json;

    fn chain(length: i64) -> Vec<Record> {
        let user = UserId::new(Timestamp::from_seconds(1));
        let mut last = Link::START;
        (0..length)
            .map(|i| {
                let at = Timestamp::from_seconds(i);
                let origin = Origin { ip: "192.0.2.1".parse().ok(), user_agent: Some("test".into()) };
                let actor = Actor { user: Some(user), credential: Credential::None, origin };
                let entry = Entry::new("item.updated", user)
                    .details(json!({"fields": ["title"], "n": i}))
                    .personal("title", format!("title {i}"), None);
                let draft = Draft { id: crate::id::AuditId::new(at), at, actor, entry };
                let record = append(last, None, draft);
                last = Link { seq: record.seq, hash: record.hash };
                record
            })
            .collect()
    }

    fn verify(records: &[Record]) -> Result<Link, Broken> {
        records.iter().try_fold(Link::START, check)
    }

    #[test]
    fn an_untouched_chain_verifies() {
        let records = chain(20);
        assert_eq!(verify(&records).unwrap().seq, 20);
    }

    #[test]
    fn every_kind_of_tampering_is_found() {
        let good = chain(6);
        let tamperings: [fn(&mut Vec<Record>); 12] = [
            |r| r[2].details = r[2].details.replace("title", "state"),
            |r| r[2].action = "item.deleted".into(),
            |r| r[2].resource.push('x'),
            |r| r[2].at = Timestamp::from_seconds(99),
            |r| r[2].actor = None,
            |r| r[2].credential = "system".into(),
            |r| r[2].personal = r[2].personal.replace("title 2", "title 9"),
            |r| r[2].personal = r[2].personal.replace("192.0.2.1", "192.0.2.2"),
            |r| r[2].commitments[0] ^= 1,
            |r| r[2].hash[31] ^= 1,
            |r| {
                r.remove(2);
            },
            |r| r.swap(2, 3),
        ];
        for (i, tamper) in tamperings.iter().enumerate() {
            let mut records = good.clone();
            tamper(&mut records);
            assert_ne!(records, good, "tampering {i} changes something");
            assert!(verify(&records).is_err(), "tampering {i} is found");
        }
    }

    #[test]
    fn erasing_a_person_keeps_the_chain() {
        let mut records = chain(3);
        for record in &mut records {
            let mut values: Vec<Sealed> = serde_json::from_str(&record.personal).unwrap();
            for value in &mut values {
                (value.salt, value.value) = (None, None);
            }
            record.personal = serde_json::to_string(&values).unwrap();
            assert!(!record.personal.contains("192.0.2.1"));
        }
        assert_eq!(verify(&records).unwrap().seq, 3);
    }
}
