//! The source files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// A file as the rules see it; `path` is relative to the root, with `/`.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    #[cfg(test)]
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn is(&self, extensions: &[&str]) -> bool {
        Path::new(&self.path)
            .extension()
            .and_then(|found| found.to_str())
            .is_some_and(|found| extensions.contains(&found))
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Everything below `crates`, `tests`, `benches` and `scripts` that a person wrote.
pub fn sources() -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    for top in ["crates", "tests", "benches", "scripts"] {
        walk(&root, &root.join(top), &mut found);
    }
    assert!(found.len() > 20, "only {} files found: is the root right?", found.len());
    found
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    const MADE: [&str; 6] = ["node_modules", "target", "out", "dist", "test-results", "fixtures"];
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('.') || MADE.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.push(Source { path, text });
        }
    }
}
