//! What an action says of itself, and what becomes of it in the log.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Actor;
use crate::id::AuditId;
use crate::{Timestamp, UserId, WorkspaceId};

/// A personal value (a name, an address, free text) and whom it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Personal {
    pub name: String,
    pub value: String,
    /// The person whose erasure takes this value away.
    pub about: Option<UserId>,
}

/// What an action tells the log: a verb, what it was done to, and details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// `item.updated`: the noun, a dot, what became of it.
    pub action: String,
    /// Prefixed id of what was changed.
    pub resource: String,
    /// Ids, numbers, names of fields: nothing personal, it stays for ever.
    pub details: Value,
    pub personal: Vec<Personal>,
}

impl Entry {
    pub fn new(action: &'static str, resource: impl ToString) -> Self {
        Self {
            action: action.into(),
            resource: resource.to_string(),
            details: Value::Null,
            personal: Vec::new(),
        }
    }

    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// Adds a value that can be erased later without breaking the chain.
    #[must_use]
    pub fn personal(mut self, name: &str, value: impl Into<String>, about: Option<UserId>) -> Self {
        self.personal.push(Personal { name: name.into(), value: value.into(), about });
        self
    }
}

/// An entry with its circumstances, waiting for its place in the chain.
#[derive(Debug, Clone)]
pub struct Draft {
    pub id: AuditId,
    pub at: Timestamp,
    pub actor: Actor,
    pub entry: Entry,
}

/// A personal value as it is stored: with the salt of its commitment, or erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    #[serde(rename = "n")]
    pub name: String,
    #[serde(rename = "u", skip_serializing_if = "Option::is_none", default)]
    pub about: Option<UserId>,
    /// 32 hexadecimal digits; none when erased.
    #[serde(rename = "s", skip_serializing_if = "Option::is_none", default)]
    pub salt: Option<String>,
    #[serde(rename = "v", skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
}

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The workspace whose chain it is; none for the instance's own.
    pub workspace: Option<WorkspaceId>,
    /// 1, 2, 3 … without a gap.
    pub seq: i64,
    pub id: AuditId,
    pub at: Timestamp,
    pub actor: Option<UserId>,
    pub credential: String,
    pub action: String,
    pub resource: String,
    /// JSON text exactly as it was hashed.
    pub details: String,
    /// JSON text of a list of [`Sealed`], in the order of `commitments`.
    pub personal: String,
    /// 32 bytes for each personal value.
    pub commitments: Vec<u8>,
    pub hash: [u8; 32],
}
