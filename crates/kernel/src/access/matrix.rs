//! The access table as a page of the documentation.

use std::fmt::Write as _;

use super::{Area, Role};

/// The table of roles and areas in Markdown.
pub fn markdown() -> String {
    let mut page = String::from("| role |");
    for area in Area::ALL {
        let _ = write!(page, " {} |", area.name());
    }
    page.push_str("\n|---|");
    page.push_str(&"---|".repeat(Area::ALL.len()));
    page.push('\n');
    for role in Role::ALL {
        let _ = write!(page, "| {} |", role.name());
        for area in Area::ALL {
            let _ = write!(page, " {} |", role.level(area).name());
        }
        page.push('\n');
    }
    page
}
