//! What must hold for every route of the running server, on both engines. The routes come from the binary
//! itself (`trackhold routes --json`), so that a new one is covered without another line here.
//!
//! One route alone: `TRACKHOLD_ONLY='DELETE /api/v1/items' cargo test -p tests --test http every_route`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod every_route_asks;
mod every_route_denies;
mod manners;
mod registry;
mod secrets;
mod shapes;
mod tenants_never_meet;
mod world;

use tests::client;
