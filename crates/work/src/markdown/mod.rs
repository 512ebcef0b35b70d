//! Markdown as people write it, into HTML that is safe to show on our own origin. comrak writes what
//! the text means with raw HTML as text; ammonia then keeps only what is on a short list. Either
//! alone would do.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use comrak::nodes::NodeValue;
use comrak::{Arena, Node, Options, format_html, parse_document};

/// Deeper nesting is of no use to a reader and costs time and stack to show.
const DEEPEST: usize = 32;

/// The page around it has an item's title as `h2` and its sections as `h3`.
const HIGHEST: u8 = 4;
const LOWEST: u8 = 6;

const TAGS: [&str; 24] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    cleaner
        // Otherwise `lang` and `title` are let through everywhere.
        .generic_attributes(HashSet::new())
        .tags(TAGS.into_iter().chain(["ul"]).collect())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("ol", HashSet::from(["start"])),
            ("td", HashSet::from(["align"])),
            ("th", HashSet::from(["align"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // A relative address would look like one of our own pages.
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow noopener noreferrer"));
    cleaner
});

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    // People press Enter once to begin a line.
    options.render.hardbreaks = true;
    options.render.escape = true;
    options
});

/// HTML without styles, classes, scripts or images: a picture becomes a link to it, since
/// loading it would tell its server who reads here.
pub fn render(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let arena = Arena::new();
    let root = parse_document(&arena, text, &OPTIONS);
    flatten(root);
    outline(root);
    let pictures: Vec<_> =
        root.descendants().filter(|node| matches!(node.data.borrow().value, NodeValue::Image(_))).collect();
    for picture in pictures {
        link_instead(&arena, picture);
    }
    let mut html = String::with_capacity(text.len() * 2);
    if format_html(root, &OPTIONS, &mut html).is_err() {
        return String::new();
    }
    CLEANER.clean(&html).to_string()
}

/// Takes away quotes that are too deep in other quotes; their words stay. Closing thousands of nested
/// blocks takes the cleaner quadratic time.
fn flatten<'a>(root: Node<'a>) {
    let mut waiting: Vec<(Node<'a>, usize)> = root.children().map(|child| (child, 1)).collect();
    while let Some((node, depth)) = waiting.pop() {
        let is_too_deep = depth > DEEPEST && matches!(node.data.borrow().value, NodeValue::BlockQuote);
        waiting.extend(node.children().map(|child| (child, if is_too_deep { depth } else { depth + 1 })));
        if is_too_deep {
            while let Some(child) = node.first_child() {
                node.insert_before(child);
            }
            node.detach();
        }
    }
}

/// Gives headings the levels that the page has left for them, none of which is passed over on the way down:
/// who listens to the page goes by its outline.
fn outline<'a>(root: Node<'a>) {
    // As written: the headings that the present one is below.
    let mut above: Vec<u8> = Vec::new();
    for node in root.descendants() {
        if let NodeValue::Heading(heading) = &mut node.data.borrow_mut().value {
            above.retain(|level| *level < heading.level);
            let depth = u8::try_from(above.len()).unwrap_or(LOWEST);
            above.push(heading.level);
            heading.level = HIGHEST.saturating_add(depth).min(LOWEST);
        }
    }
}

/// A picture inside a link leaves its words there: links do not nest.
fn link_instead<'a>(arena: &'a Arena<'a>, picture: Node<'a>) {
    let NodeValue::Image(target) =
        std::mem::replace(&mut picture.data.borrow_mut().value, NodeValue::SoftBreak)
    else {
        return;
    };
    if picture.first_child().is_none() {
        picture.append(arena.alloc(NodeValue::Text(target.url.clone().into()).into()));
    }
    if picture.ancestors().skip(1).any(|node| matches!(node.data.borrow().value, NodeValue::Link(_))) {
        while let Some(child) = picture.first_child() {
            picture.insert_before(child);
        }
        picture.detach();
    } else {
        picture.data.borrow_mut().value = NodeValue::Link(target);
    }
}
