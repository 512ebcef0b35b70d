//! What those see who run the instance: for now its backups.
//!
//! Invariant: for everybody but superadmins there is nothing here.

mod backups;

pub use backups::{Begun, Overview, Saving};

/// The slice's routes; they want an `Arc<dyn Saving>` as extension.
pub fn routes() -> web::Routes {
    backups::api::routes().merge(backups::page::routes())
}
