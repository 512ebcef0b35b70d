//! Black-box suites: what must hold for the whole tree or the running server.
//! Each suite is a `[[test]]` of this package; nothing else depends on it. Here is what two of them need.

pub mod client;
