//! What every room shares and no tracker owns: ids, time, errors, access rules, the audit chain's
//! format and cryptography. No I/O but entropy: the kernel never opens a file or a socket.

pub mod access;
pub mod audit;
pub mod clock;
pub mod crypto;
pub mod error;
pub mod event;
pub mod id;

pub use clock::{Clock, Timestamp};
pub use error::{Error, FieldError, Result};
pub use id::{Id, RequestId, SessionId, UserId, WorkspaceId};
