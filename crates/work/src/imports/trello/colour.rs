//! Trello's label colours on Trackhold's palette.

/// The palette class, 1 to 10, of a Trello colour: 1 red, 2 orange, 3 yellow, 4 lime, 5 green,
/// 6 sky, 7 blue, 8 purple, 9 pink, 10 grey.
///
/// Trello has ten colours, since 2022 each in three shades (`green_dark`, `green_light`); the
/// shades of one colour share a class. `black`, no colour at all, and colours that Trello may
/// add one day are grey.
pub(super) fn palette(colour: Option<&str>) -> u8 {
    match base(colour.unwrap_or_default()) {
        "red" => 1,
        "orange" => 2,
        "yellow" => 3,
        "lime" => 4,
        "green" => 5,
        "sky" => 6,
        "blue" => 7,
        "purple" => 8,
        "pink" => 9,
        _ => 10,
    }
}

/// The colour without its shade: what Trello shows for a label that has no name.
pub(super) fn base(colour: &str) -> &str {
    colour.strip_suffix("_dark").or_else(|| colour.strip_suffix("_light")).unwrap_or(colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shade_has_its_colours_class() {
        let colours = ["red", "orange", "yellow", "lime", "green", "sky", "blue", "purple", "pink", "black"];
        for (class, colour) in (1..).zip(colours) {
            for shade in ["", "_dark", "_light"] {
                assert_eq!(palette(Some(&format!("{colour}{shade}"))), class, "{colour}{shade}");
            }
        }
        assert_eq!(palette(None), 10);
        assert_eq!(palette(Some("ultraviolet")), 10);
    }
}
