//! All rows of the instance or of one workspace, read from one engine and written into the other, and told by a
//! digest that is equal on both for equal data. What tables there are is read from an embedded file's own schema,
//! so that a new one is never forgotten.
//!
//! This goes around the two doors, for whoever runs the instance: moving it, saving it, bringing it back.

mod batch;
mod cell;
mod digest;
mod error;
mod files;
mod inspection;
mod links;
mod schema;
mod scope;
mod shapes;
mod statements;
mod tables;
mod transfer;

pub use cell::{Cell, Row};
pub use digest::{Digest, TableDigest};
pub use error::CopyError;
pub use files::File;
pub use inspection::Inspection;
pub use schema::{Column, Kind, Schema, Table};
pub use scope::Scope;
pub(crate) use shapes::Shapes;
pub(crate) use statements::postgres_has_rows;
pub use tables::{Database, Tables};
pub use transfer::{file_into_tables, tables_into_file};
