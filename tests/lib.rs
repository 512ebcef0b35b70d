//! Black-box suites: what must hold for the whole tree or the running server.
//! Each suite is a `[[test]]` of this package; nothing depends on it.
