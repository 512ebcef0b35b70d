//! npm and esbuild, both from the lock file.

use super::Outcome;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Which lock file `node_modules` was filled from; lives inside it, so that deleting it forgets.
const STAMP: &str = "node_modules/.trackhold-lock";

pub fn install(root: &Path) -> Outcome<()> {
    let lock = fs::read(root.join("package-lock.json"))?;
    let stamp = root.join(STAMP);
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let status = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(root)
        .status()
        .map_err(|error| {
            format!("npm did not start ({error}). Install Node.js 20 or newer with npm, then build again")
        })?;
    if !status.success() {
        return Err(format!(
            "`npm ci` in {} failed ({status}). The first build needs the npm registry; later ones do not",
            root.display()
        )
        .into());
    }
    fs::write(stamp, lock)?;
    Ok(())
}

pub fn bundle(root: &Path, dist: &Path) -> Outcome<()> {
    let status = Command::new("node")
        .arg("node_modules/esbuild/bin/esbuild")
        .args(["app/app.ts", "styles/app.css"])
        .args([
            "--bundle",
            "--minify",
            "--splitting",
            "--format=esm",
            "--target=es2022",
            "--log-level=warning",
            "--legal-comments=none",
        ])
        .args(["--entry-names=[name]-[hash]", "--chunk-names=[name]-[hash]", "--asset-names=[name]-[hash]"])
        .args(["--loader:.woff2=file", "--external:/assets/*"])
        .arg(format!("--outdir={}", dist.display()))
        .current_dir(root)
        .status()
        .map_err(|error| {
            format!("node did not start ({error}). Install Node.js 20 or newer, then build again")
        })?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("esbuild failed ({status}); its message is above").into())
    }
}
