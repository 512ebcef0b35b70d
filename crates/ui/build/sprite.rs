//! One SVG of all icons that the pages use: Lucide's by the names in `icons.txt`, ours from `icons/`.

use super::Outcome;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

pub fn make(root: &Path) -> Outcome<String> {
    let mut sprite = String::from(r#"<svg xmlns="http://www.w3.org/2000/svg">"#);
    for line in fs::read_to_string(root.join("icons.txt"))?.lines() {
        let name = line.split('#').next().unwrap_or_default().trim();
        if name.is_empty() {
            continue;
        }
        let own = root.join(format!("icons/{name}.svg"));
        let path = if own.exists() {
            own
        } else {
            root.join(format!("node_modules/lucide-static/icons/{name}.svg"))
        };
        let source =
            fs::read_to_string(&path).map_err(|error| format!("icon `{name}` of icons.txt: {error}"))?;
        let shapes = shapes(&source).ok_or_else(|| format!("icon `{name}` is not an SVG file"))?;
        write!(
            sprite,
            r#"<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>"#
        )?;
    }
    sprite.push_str("</svg>");
    Ok(sprite)
}

/// What stands between the opening `<svg …>` and `</svg>`, without the line breaks.
fn shapes(source: &str) -> Option<String> {
    let svg = source.find("<svg")?;
    let open = svg + source[svg..].find('>')? + 1;
    let close = source.rfind("</svg>")?;
    Some(source.get(open..close)?.split('\n').map(str::trim).collect())
}
