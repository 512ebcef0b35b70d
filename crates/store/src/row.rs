//! Rows into structs, from either engine.

use kernel::{Error, Id, Result, Timestamp};
use rusqlite::types::ValueRef;
use uuid::Uuid;

/// One row of an answer.
pub enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

/// Something that a column holds.
pub trait Column: Sized {
    /// `None` stands for NULL.
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self>;
    fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Option<Self>, tokio_postgres::Error>;
}

/// Something that a row becomes; [`row!`](crate::row) writes it for structs.
pub trait FromRow: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

impl Row<'_> {
    /// The column's value; an error when it is NULL or of another type.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        self.optional(index)?
            .ok_or_else(|| Error::internal(format!("column {index} is not what the code expects")))
    }

    fn optional<T: Column>(&self, index: usize) -> Result<Option<T>> {
        match self {
            Self::Sqlite(row) => match row.get_ref(index).map_err(Error::internal)? {
                ValueRef::Null => Ok(None),
                value => T::from_sqlite(value)
                    .map(Some)
                    .ok_or_else(|| Error::internal(format!("column {index} has another type"))),
            },
            Self::Postgres(row) => T::from_postgres(row, index).map_err(Error::internal),
        }
    }

    pub const fn columns(&self) -> Columns<'_> {
        Columns { row: self, next: 0 }
    }
}

/// The columns of a row from left to right.
pub struct Columns<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl Columns<'_> {
    /// A text that is the name of something, read where it lies.
    pub fn named<T>(&mut self, from: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let index = self.next;
        self.next += 1;
        let found = match self.row {
            Row::Sqlite(row) => row.get_ref(index).map_err(Error::internal)?.as_str().ok().and_then(from),
            Row::Postgres(row) => row.try_get::<_, &str>(index).ok().and_then(from),
        };
        found.ok_or_else(|| Error::internal(format!("column {index} is no name that the code knows")))
    }

    pub fn take<T: Field>(&mut self) -> Result<T> {
        let index = self.next;
        self.next += 1;
        T::take(self.row, index)
    }
}

/// A column that may or may not be NULL.
pub trait Field: Sized {
    fn take(row: &Row<'_>, index: usize) -> Result<Self>;
}

impl<T: Column> Field for T {
    fn take(row: &Row<'_>, index: usize) -> Result<Self> {
        row.get(index)
    }
}

impl<T: Column> Field for Option<T> {
    fn take(row: &Row<'_>, index: usize) -> Result<Self> {
        row.optional(index)
    }
}

macro_rules! column {
    ($type:ty, $raw:ty, $pattern:pat => $value:expr, $postgres:expr) => {
        impl Column for $type {
            fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
                match value {
                    $pattern => $value,
                    _ => None,
                }
            }

            fn from_postgres(
                row: &tokio_postgres::Row,
                index: usize,
            ) -> Result<Option<Self>, tokio_postgres::Error> {
                row.try_get::<_, Option<$raw>>(index).map(|value| value.map($postgres))
            }
        }
    };
}

column!(i64, i64, ValueRef::Integer(v) => Some(v), |v| v);
column!(bool, bool, ValueRef::Integer(v) => Some(v != 0), |v| v);
column!(Timestamp, i64, ValueRef::Integer(v) => Some(Self::from_micros(v)), Timestamp::from_micros);
column!(String, String, ValueRef::Text(v) => std::str::from_utf8(v).ok().map(str::to_owned), |v| v);
column!(Vec<u8>, Vec<u8>, ValueRef::Blob(v) => Some(v.to_vec()), |v| v);
column!(Uuid, Uuid, ValueRef::Blob(v) => Self::from_slice(v).ok(), |v| v);

impl<K: 'static> Column for Id<K> {
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        Uuid::from_sqlite(value).map(Self::from_uuid)
    }

    fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Option<Self>, tokio_postgres::Error> {
        Ok(Uuid::from_postgres(row, index)?.map(Self::from_uuid))
    }
}

/// Reads a struct from a row, its fields in the order of the columns:
/// `store::row!(Item { id, title, done });`
#[macro_export]
macro_rules! row {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl $crate::FromRow for $type {
            fn from_row(row: &$crate::Row<'_>) -> kernel::Result<Self> {
                let mut columns = row.columns();
                Ok(Self { $($field: columns.take()?),* })
            }
        }
    };
}

macro_rules! tuple {
    ($($name:ident),*) => {
        impl<$($name: Field),*> FromRow for ($($name,)*) {
            fn from_row(row: &Row<'_>) -> Result<Self> {
                let mut columns = row.columns();
                Ok(($(columns.take::<$name>()?,)*))
            }
        }
    };
}

tuple!(A);
tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);
tuple!(A, B, C, D, E);
tuple!(A, B, C, D, E, F);
tuple!(A, B, C, D, E, F, G);
tuple!(A, B, C, D, E, F, G, H);
