//! Markdown becomes HTML that runs nothing, loads nothing and looks like nothing of ours.

use work::markdown::render;

#[test]
fn markdown_means_what_it_says() {
    for (text, html) in [
        ("", ""),
        ("plain", "<p>plain</p>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>\n"),
        ("# One", "<h4>One</h4>\n"),
        ("### One\n# Two\n### Three", "<h4>One</h4>\n<h4>Two</h4>\n<h5>Three</h5>\n"),
        (
            "# a\n## b\n### c\n#### d\n##### e\n## f",
            "<h4>a</h4>\n<h5>b</h5>\n<h6>c</h6>\n<h6>d</h6>\n<h6>e</h6>\n<h5>f</h5>\n",
        ),
        ("> Two\n> ---", "<blockquote>\n<h4>Two</h4>\n</blockquote>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>\n"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("```rust\nlet a = \"<b>\";\n```", "<pre><code>let a = \"&lt;b&gt;\";\n</code></pre>\n"),
        (
            "[a](https://example.com/?q=1&r=2)",
            "<p><a href=\"https://example.com/?q=1&amp;r=2\" rel=\"nofollow noopener noreferrer\">a</a></p>\n",
        ),
        (
            "https://example.com",
            "<p><a href=\"https://example.com\" rel=\"nofollow noopener noreferrer\">https://example.com</a></p>\n",
        ),
        (
            "[a](mailto:a@example.com)",
            "<p><a href=\"mailto:a@example.com\" rel=\"nofollow noopener noreferrer\">a</a></p>\n",
        ),
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>\n"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>\n"),
        ("مرحبا **بالعالم**", "<p>مرحبا <strong>بالعالم</strong></p>\n"),
        ("---", "<hr>\n"),
    ] {
        assert_eq!(render(text), html, "{text}");
    }
    assert!(render("|a|b|\n|-|:-:|\n|1|2|").contains("<td align=\"center\">2</td>"));
}

#[test]
fn pictures_become_links() {
    let link = "<a href=\"https://example.com/a.png\" rel=\"nofollow noopener noreferrer\">";
    assert_eq!(render("![A cat](https://example.com/a.png)"), format!("<p>{link}A cat</a></p>\n"));
    assert_eq!(
        render("![](https://example.com/a.png)"),
        format!("<p>{link}https://example.com/a.png</a></p>\n")
    );
    let outer = "<a href=\"https://example.com/\" rel=\"nofollow noopener noreferrer\">";
    let nested = render("[![A *fine* cat](https://example.com/a.png)](https://example.com/)");
    assert_eq!(nested, format!("<p>{outer}A <em>fine</em> cat</a></p>\n"));
}

/// Raw HTML, Markdown's own ways to an address, and tricks against either cleaner.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"https://evil.example/pixel.gif\">",
    "<img/src='x'/onerror='alert(1)'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id=x onload=alert(1)>#x\"></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href=\"javascript:alert(1)\">x</math>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"javascript:alert(1)\"></object>",
    "<embed src=\"javascript:alert(1)\">",
    "<form action=\"javascript:alert(1)\"><button>x</button></form>",
    "<button formaction=\"javascript:alert(1)\">x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<body onload=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"jAvAsCrIpT:alert(1)\">x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<a href=\"java&#x09;script:alert(1)\">x</a>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<a onclick=alert(1) href=\"https://example.com\">x</a>",
    "<a style=\"position:fixed;inset:0\" href=\"https://evil.example\">x</a>",
    "<div class=\"toast\" style=\"position:fixed\">x</div>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style><img src=\"</style><img src=x onerror=alert(1)>\">",
    "<link rel=stylesheet href=\"https://evil.example/x.css\">",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
    "<base href=\"https://evil.example/\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><script>alert(1)</script></title>",
    "<xmp><script>alert(1)</script></xmp>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><script>alert(1)</script>",
    "<hx-partial hx-get=\"/logout\">x</hx-partial>",
    "<a hx-post=\"/logout\" hx-trigger=\"load\">x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61)",
    "[x](<java\tscript:alert(1)>)",
    "[x](<javascript:alert(1)>)",
    "[x]( javascript:alert(1))",
    "[x](\u{1}javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[x](blob:https://example.com/1)",
    "[x](file:///etc/passwd)",
    "[x](view-source:javascript:alert(1))",
    "[x](//evil.example/x)",
    "[x](/logout)",
    "[x](?next=//evil.example)",
    "[x](#anchor)",
    "[x](\\\\evil.example)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x](https://example.com \"title\\\" onmouseover=alert(1) x=\\\"\")",
    "[x](https://example.com/\"onmouseover=alert(1))",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    "![x\"onerror=alert(1)](https://evil.example/a.png)",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "<https://example.com/\"onclick=alert(1)>",
    "javascript:alert(1)",
    "www.example.com\"onclick=alert(1)",
    "`<script>alert(1)</script>`",
    "```\"><script>alert(1)</script>\nx\n```",
    "```js onload=alert(1) style=x\nx\n```",
    "    <script>alert(1)</script>",
    "# <img src=x onerror=alert(1)>",
    "|<img src=x onerror=alert(1)>|\n|-|\n|<script>x</script>|",
    "- <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "~~<script>alert(1)</script>~~",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<script\u{0}>alert(1)</script>",
    "<\u{0}script>alert(1)</script>",
    "\u{FEFF}<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "<a href=\"https://example.com\"\u{2028}onclick=alert(1)>x</a>",
    "<p id=\"panel\" name=\"location\">x</p>",
    "[x](https://example.com){onclick=alert(1)}",
    "{% include 'x' %} {{7*7}} ${7*7} #{7*7}",
];

/// Reads the answer as a browser does: tag by tag, attribute by attribute.
fn assert_harmless(text: &str, html: &str) {
    const TAGS: [&str; 28] = [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h1",
        "h2",
        "h3",
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
        "ul",
    ];
    for piece in html.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').unwrap_or_else(|| panic!("{text}: an open tag in {html}"));
        let tag = tag.trim_start_matches('/').trim_end_matches('/').trim();
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(TAGS.contains(&name), "{text}: <{name}> in {html}");
        while !rest.trim().is_empty() {
            let (attribute, value) =
                rest.trim().split_once("=\"").unwrap_or_else(|| panic!("{text}: {html}"));
            let (value, more) = value.split_once('"').unwrap();
            match attribute {
                "href" => assert!(
                    ["http://", "https://", "mailto:"]
                        .iter()
                        .any(|scheme| value.to_lowercase().starts_with(scheme)),
                    "{text}: {value}"
                ),
                "rel" => assert_eq!(value, "nofollow noopener noreferrer", "{text}"),
                "start" => assert!(value.parse::<u32>().is_ok(), "{text}"),
                "align" => assert!(["left", "right", "center"].contains(&value), "{text}"),
                other => panic!("{text}: attribute {other} in {html}"),
            }
            rest = more;
        }
        if name == "a" && !piece.starts_with('/') && piece.contains("href") {
            assert!(piece.contains("rel=\"nofollow noopener noreferrer\""), "{text}: {html}");
        }
    }
}

#[test]
fn incident_14_nothing_hostile_comes_through() {
    const { assert!(HOSTILE.len() >= 60) };
    for text in HOSTILE {
        assert_harmless(text, &render(text));
        // The same behind and between what is harmless.
        for frame in [
            format!("Hello\n\n{text}\n\nBye"),
            format!("*{text}*"),
            format!("> - {text}"),
            format!("[{text}](https://example.com)"),
            format!("{text}{text}"),
            text.to_uppercase(),
        ] {
            assert_harmless(&frame, &render(&frame));
        }
    }
}

#[test]
fn nothing_takes_long() {
    let many = |text: &str| text.repeat(100_000 / text.len());
    let texts = [
        many(">"),
        many("> "),
        many("- "),
        many("> - "),
        many("* "),
        many("*a "),
        many("["),
        many("!["),
        many("[a]("),
        many("`a"),
        many("<a "),
        many("&#x"),
        many("*_"),
        many("a@b."),
        many("http://a."),
        many("\n"),
        many("\\"),
        format!("{}a{}", "*".repeat(50_000), "*".repeat(50_000)),
        format!("{}a{}", "**_".repeat(16_000), "_**".repeat(16_000)),
        format!("{}a{}", "[".repeat(30_000), "](b)".repeat(17_000)),
        format!("{}\n{}\n{}", "|a".repeat(1_000), "|-".repeat(1_000), "|\n".repeat(40_000)),
        many("1. a\n   "),
        many("# "),
        many("<!--"),
        many("![](https://a "),
        many("||"),
        many("~~a"),
        many("﷽"),
    ];
    for text in texts {
        let begun = std::time::Instant::now();
        let html = render(&text);
        let took = begun.elapsed();
        assert!(took.as_secs() < 2, "{took:?} for {}…", text.chars().take(12).collect::<String>());
        assert_harmless("long", &html);
    }
}

#[test]
fn quotes_in_quotes_end_somewhere() {
    let html = render(&format!("{} deep", "> ".repeat(100)));
    assert!(html.contains("deep") && html.matches("<blockquote>").count() <= 32, "{html}");
}
