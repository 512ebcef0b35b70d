//! Bundles the front end into OUT_DIR and writes the table that `src/lib.rs` includes.
//!
//! Nothing is written outside OUT_DIR but `node_modules`, which npm fills from the lock file.

#[path = "build/sprite.rs"]
mod sprite;
#[path = "build/table.rs"]
mod table;
#[path = "build/toolchain.rs"]
mod toolchain;

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nThe front end could not be built: {error}\n");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Outcome<()> {
    for path in [
        "build.rs",
        "build",
        "app",
        "styles",
        "icons",
        "icons.txt",
        "package.json",
        "package-lock.json",
        ".npmrc",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let dist = out.join("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::create_dir_all(&dist)?;

    toolchain::install(&root)?;
    toolchain::bundle(&root, &dist)?;
    write_hashed(&dist, "sprite", "svg", sprite::make(&root)?.as_bytes())?;
    write_hashed(&dist, "favicon", "svg", &fs::read(root.join("icons/favicon.svg"))?)?;
    table::write(&dist, &out)
}

fn write_hashed(dist: &Path, name: &str, extension: &str, bytes: &[u8]) -> Outcome<()> {
    let hash = fnv1a(bytes);
    fs::write(dist.join(format!("{name}-{hash:016X}.{extension}")), bytes)?;
    Ok(())
}

/// FNV-1a, 64 bits. It names files for caches; nothing trusts it.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
