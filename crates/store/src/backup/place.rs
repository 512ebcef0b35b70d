//! Where backups lie.

use std::path::{Component, Path, PathBuf};

use super::error::BackupError;

/// A directory, or a bucket with a prefix.
#[derive(Debug, Clone)]
pub struct Place {
    name: String,
    kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Folder(PathBuf),
    Bucket { bucket: String, prefix: String },
}

impl Place {
    /// `DIR`, `file:///DIR` or `s3://BUCKET/PREFIX` (credentials and endpoint from the `AWS_…` variables of the
    /// environment).
    pub fn parse(text: &str) -> Result<Self, BackupError> {
        let kind = match text.split_once("://") {
            Some(("s3", rest)) => bucket(rest)?,
            Some(("file", path)) if path.starts_with('/') => folder(path)?,
            Some(_) => return Err(unknown()),
            None if text.trim().is_empty() => return Err(unknown()),
            None => folder(text)?,
        };
        Ok(Self { name: text.to_owned(), kind })
    }

    /// As it was given, without any credential.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Not a directory that the first backup has yet to make.
    pub fn is_there(&self) -> bool {
        match &self.kind {
            Kind::Folder(path) => path.exists(),
            Kind::Bucket { .. } => true,
        }
    }

    /// Whether one lies in the other.
    pub fn overlaps(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Folder(one), Kind::Folder(two)) => {
                let (one, two) = (resolved(one), resolved(two));
                one.starts_with(&two) || two.starts_with(&one)
            }
            (Kind::Bucket { bucket: a, prefix: one }, Kind::Bucket { bucket: b, prefix: two }) => {
                let (one, two) = (Path::new(one), Path::new(two));
                a == b && (one.starts_with(two) || two.starts_with(one))
            }
            _ => false,
        }
    }
}

fn unknown() -> BackupError {
    BackupError::refused("say where backups lie: a directory, or s3://BUCKET/PREFIX")
}

fn folder(path: &str) -> Result<Kind, BackupError> {
    Ok(Kind::Folder(std::path::absolute(path)?))
}

fn bucket(rest: &str) -> Result<Kind, BackupError> {
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    if bucket.is_empty() || !bucket.chars().all(is_name) || prefix.contains(['?', '#']) {
        return Err(BackupError::refused(
            "a bucket is named as s3://BUCKET/PREFIX; keys, region and endpoint are taken from AWS_ACCESS_KEY_ID, \
             AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL",
        ));
    }
    let parts = prefix.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>();
    if parts.iter().any(|part| matches!(*part, "." | "..")) {
        return Err(BackupError::refused("a prefix has neither . nor .. in it"));
    }
    Ok(Kind::Bucket { bucket: bucket.to_owned(), prefix: parts.join("/") })
}

/// Without links, as far as it is there, and without `..`.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for step in path.components() {
        if step == Component::ParentDir {
            resolved.pop();
        } else {
            resolved.push(step);
            resolved = resolved.canonicalize().unwrap_or(resolved);
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_another_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().display().to_string();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("a"), folder.path().join("link")).unwrap();
        let place = |text: &str| Place::parse(&text.replace('~', &root)).unwrap();
        for (one, two, overlap) in [
            ("~/a", "~/a/b", true),
            ("~/a/b/c", "~/a", true),
            ("file://~/a", "~/a", true),
            ("~/link/b", "~/a", true),
            ("~/none/../a", "~/a/b", true),
            ("~/link/../b", "~/a", false),
            ("~/a", "~/ab", false),
            ("s3://one/a", "s3://one/a/b/", true),
            ("s3://one", "s3://one/a", true),
            ("s3://one/a", "s3://one/ab", false),
            ("s3://one/a", "s3://two/a", false),
            ("s3://one/a", "~/a", false),
        ] {
            assert_eq!(place(one).overlaps(&place(two)), overlap, "{one} {two}");
            assert_eq!(place(two).overlaps(&place(one)), overlap, "{two} {one}");
        }
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in
            ["", " ", "http://there/", "s3://", "s3:///prefix", "s3://key:word@bucket/", "s3://b/../c"]
        {
            assert!(Place::parse(text).is_err(), "{text}");
        }
    }
}
