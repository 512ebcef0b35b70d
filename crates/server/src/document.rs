//! What the routes and the access table say of themselves, printed. `docs/openapi.json` and
//! `docs/access-matrix.md` are this output; a test compares them.

use std::fmt::Write as _;
use std::process::ExitCode;

use kernel::access::{self, Access};

use crate::command::print;
use crate::failure::Failure;
use crate::routes;

pub fn openapi() -> Result<ExitCode, Failure> {
    let document = routes::all().openapi(routes::VERSION).to_pretty_json().map_err(Failure::other)?;
    print(&document);
    Ok(ExitCode::SUCCESS)
}

pub fn routes(json: bool) -> Result<ExitCode, Failure> {
    let table = routes::all().table();
    if json {
        print(&serde_json::to_string_pretty(&table).map_err(Failure::other)?);
    } else {
        for route in &table {
            print(&format!("{:<7} {} ({})", route.method.as_str(), route.path, asks(route.access)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub fn access_matrix() -> Result<ExitCode, Failure> {
    let mut page = String::from(
        "# Who may do what\n\nMade by `trackhold access-matrix` from the one table in `crates/kernel/src/access`; a test \
         keeps it current.\n\n## Roles\n\n",
    );
    page.push_str(&access::markdown());
    page.push_str("\n## Routes\n\n| method | path | asks for |\n|---|---|---|\n");
    for route in routes::all().table() {
        let _ = writeln!(page, "| {} | `{}` | {} |", route.method, route.path, asks(route.access));
    }
    print(page.trim_end());
    Ok(ExitCode::SUCCESS)
}

/// A route's access in words.
fn asks(access: Access) -> String {
    match access {
        Access::Public => "nothing".into(),
        Access::SignedIn => "a session".into(),
        Access::Area(area, level) => format!("{} {}", level.name(), area.name()),
        Access::Sudo(area, level) => format!("{} {}, and sudo", level.name(), area.name()),
        Access::SudoSelf => "a session, and sudo".into(),
        Access::Superadmin => "a superadmin".into(),
        Access::SudoSuperadmin => "a superadmin, and sudo".into(),
    }
}
