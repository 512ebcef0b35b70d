//! The Rust table of all files in `dist`, each with its type and its gzip form.

use super::Outcome;
use flate2::{Compression, write::GzEncoder};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

pub fn write(dist: &Path, out: &Path) -> Outcome<()> {
    let zipped = out.join("gzip");
    fs::create_dir_all(&zipped)?;
    let mut names: Vec<String> = fs::read_dir(dist)?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, _>>()?;
    names.sort();

    let mut table = String::from("pub static ASSETS: &[Asset] = &[\n");
    for name in &names {
        let bytes = fs::read(dist.join(name))?;
        let gzip = if name.ends_with(".woff2") { Vec::new() } else { compress(&bytes)? };
        fs::write(zipped.join(name), gzip)?;
        writeln!(
            table,
            "Asset {{ path: {name:?}, url: {:?}, name: {:?}, content_type: {:?}, bytes: include_bytes!({:?}), gzip: include_bytes!({:?}) }},",
            format!("/assets/{name}"),
            logical(name),
            content_type(name),
            dist.join(name),
            zipped.join(name),
        )?;
    }
    table.push_str("];\n");
    fs::write(out.join("table.rs"), table)?;
    Ok(())
}

fn compress(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// `app-3F2A.css` -> `app.css`.
fn logical(name: &str) -> String {
    match (name.rfind('-'), name.rfind('.')) {
        (Some(dash), Some(dot)) if dash < dot => format!("{}{}", &name[..dash], &name[dot..]),
        _ => name.to_owned(),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
