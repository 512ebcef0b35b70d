//! The front end, bundled when this crate is built and carried inside the binary.
//!
//! Every file has its content's hash in its name, so it may be cached for ever
//! (`Cache-Control: public, max-age=31536000, immutable`).

/// One file of the bundle.
pub struct Asset {
    /// File name with its hash: `app-3F2A7C1B.css`.
    pub path: &'static str,
    /// Where it is served: `/assets/app-3F2A7C1B.css`.
    pub url: &'static str,
    /// File name without it: `app.css`.
    pub name: &'static str,
    pub content_type: &'static str,
    pub bytes: &'static [u8],
    /// The same bytes in gzip; empty where that would not pay (fonts).
    pub gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// The file that is served as `/assets/{path}`.
pub fn asset(path: &str) -> Option<&'static Asset> {
    ASSETS.binary_search_by(|asset| asset.path.cmp(path)).ok().and_then(|index| ASSETS.get(index))
}

/// The address of a file by its plain name: `app.css` -> `/assets/app-3F2A7C1B.css`.
///
/// A name that is not in the bundle gives `/assets/missing`, which is a 404.
pub fn url(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/assets/missing", |asset| asset.url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_page_names_is_there() {
        for name in ["app.css", "app.js", "sprite.svg", "favicon.svg"] {
            let path = url(name).trim_start_matches("/assets/");
            let found = asset(path).unwrap_or_else(|| panic!("{path} is not found"));
            assert_eq!(found.name, name);
            assert!(!found.bytes.is_empty() && !found.gzip.is_empty());
        }
    }

    #[test]
    fn the_first_page_stays_light() {
        let weight: usize = ["app.css", "app.js"]
            .iter()
            .filter_map(|name| asset(url(name).trim_start_matches("/assets/")))
            .map(|found| found.gzip.len())
            .sum();
        assert!(weight < 90 * 1024, "app.css and app.js weigh {weight} bytes compressed");
    }

    #[test]
    fn no_file_outside_the_bundle_is_found() {
        for path in ["", "..", "../Cargo.toml", "app.css", "app-00000000.css"] {
            assert!(asset(path).is_none(), "{path}");
        }
    }
}
