//! Where something stands among its siblings: a text that sorts byte by byte. Between any two
//! positions there is another one, so that moving one thing rewrites one row.
//!
//! A position is a path of whole numbers, each written in a prefix-free code that sorts as the
//! numbers do. Appending, prepending, and putting one thing after another at the same spot count
//! up or down, so their texts grow with the logarithm of how often it was done; only a hunt for the
//! middle of the middle lengthens the path.

use kernel::{Error, Result};

/// In ASCII order. 0 to 10 announce a negative number with 11 to 1 more digits, 51 to 61 a positive
/// one with 1 to 11 more, those between stand for -20 to 19 themselves.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const FIRST_DIRECT: i64 = 11;
const FIRST_LONG: i64 = 51;
const ZERO: i64 = 31;
const BASE: i64 = 62;

/// Longer texts would not fit an index; nobody gets there but by a program that tries to.
const LONGEST: usize = 1_000;

/// Sorts before every position.
pub const FIRST: &str = "";
/// Sorts behind every position.
pub const LAST: &str = "~";

/// The position of the thing number `rank`, counted from 0, in a list that is written at once.
pub fn nth(rank: u32) -> String {
    encode(&[rank.into()])
}

/// A position behind `last`, the greatest there is so far, if any.
///
/// # Errors
/// As [`between`].
pub fn after(last: Option<&str>) -> Result<String> {
    between(last, None)
}

/// A position strictly between the two; none means the open end.
///
/// # Errors
/// `409 too_dense` when it would be longer than any real list needs; internal when a bound is not a
/// position, or the bounds are in the wrong order.
pub fn between(low: Option<&str>, high: Option<&str>) -> Result<String> {
    let low = low.map_or_else(|| Some(Vec::new()), decode);
    let high = high.map(decode);
    let (Some(low), None | Some(Some(_))) = (low, &high) else {
        return Err(Error::internal("a stored position cannot be read"));
    };
    let high = high.flatten();
    if high.as_ref().is_some_and(|high| *high <= low) {
        return Err(Error::internal("positions are in the wrong order"));
    }
    let text = encode(&path_between(&low, high.as_deref()));
    if text.len() > LONGEST {
        return Err(Error::conflict(
            "too_dense",
            "Too many things were put into this very place; move others first.",
        ));
    }
    Ok(text)
}

/// `low` may be empty, which sorts before everything; `low < high`.
fn path_between(low: &[i64], high: Option<&[i64]>) -> Vec<i64> {
    let Some(high) = high else {
        return vec![low.first().map_or(0, |number| number.saturating_add(1))];
    };
    let common = low.iter().zip(high).take_while(|(a, b)| a == b).count();
    let mut path = low[..common].to_vec();
    match (low.get(common), high.get(common)) {
        (Some(&a), Some(&b)) if a.saturating_add(1) < b => path.push(a + 1),
        (Some(&a), _) => {
            path.push(a);
            path.push(low.get(common + 1).map_or(0, |number| number.saturating_add(1)));
        }
        (None, b) => path.push(b.map_or(0, |number| number.saturating_sub(1))),
    }
    path
}

fn encode(path: &[i64]) -> String {
    let mut text = Vec::with_capacity(path.len() * 2);
    for &number in path {
        let direct = number + ZERO;
        if (FIRST_DIRECT..FIRST_LONG).contains(&direct) {
            text.push(digit(direct));
        } else if number > 0 {
            let (digits, rest) = sized(number - (FIRST_LONG - ZERO));
            text.push(digit(FIRST_LONG + digits - 1));
            push_digits(&mut text, rest, digits);
        } else {
            let (digits, rest) = sized(FIRST_DIRECT - ZERO - 1 - number);
            text.push(digit(FIRST_DIRECT - digits));
            push_digits(&mut text, power(digits) - 1 - rest, digits);
        }
    }
    String::from_utf8(text).unwrap_or_default()
}

/// How many digits `number` takes when shorter ones have had theirs, and which of those it is.
fn sized(mut number: i64) -> (i64, i64) {
    let mut digits = 1;
    while number >= power(digits) {
        number -= power(digits);
        digits += 1;
    }
    (digits, number)
}

fn power(digits: i64) -> i64 {
    u32::try_from(digits).ok().and_then(|digits| BASE.checked_pow(digits)).unwrap_or(i64::MAX)
}

fn push_digits(text: &mut Vec<u8>, number: i64, digits: i64) {
    for place in (0..digits).rev() {
        text.push(digit(number / power(place) % BASE));
    }
}

fn digit(value: i64) -> u8 {
    usize::try_from(value).ok().and_then(|value| DIGITS.get(value)).copied().unwrap_or(b'z')
}

fn decode(text: &str) -> Option<Vec<i64>> {
    let mut values = text.bytes().map(value);
    let mut path = Vec::new();
    while let Some(head) = values.next() {
        let head = head?;
        let digits = match head {
            0..FIRST_DIRECT => FIRST_DIRECT - head,
            FIRST_LONG.. => head - FIRST_LONG + 1,
            _ => 0,
        };
        let mut rest = 0_i64;
        for _ in 0..digits {
            rest = rest.checked_mul(BASE)?.checked_add(values.next()??)?;
        }
        let shorter: i64 = (1..digits).map(power).fold(0, i64::saturating_add);
        path.push(match head {
            0..FIRST_DIRECT => FIRST_DIRECT - ZERO - 1 - shorter - (power(digits) - 1 - rest),
            FIRST_LONG.. => FIRST_LONG - ZERO + shorter + rest,
            _ => head - ZERO,
        });
    }
    (!path.is_empty()).then_some(path)
}

fn value(digit: u8) -> Option<i64> {
    DIGITS.binary_search(&digit).ok().and_then(|value| i64::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_as_their_texts_and_come_back() {
        let mut numbers: Vec<i64> = (-10_000..10_000).collect();
        numbers.extend([-300_000_000, -16_000_000, 238_000, 14_776_336, 1 << 40]);
        numbers.sort_unstable();
        let texts: Vec<_> = numbers.iter().map(|number| encode(&[*number])).collect();
        assert!(texts.windows(2).all(|pair| pair[0] < pair[1]));
        for (number, text) in numbers.iter().zip(&texts) {
            assert_eq!(decode(text), Some(vec![*number]), "{text}");
            assert!(FIRST < text.as_str() && text.as_str() < LAST);
        }
    }

    #[test]
    fn there_is_room_everywhere() {
        // A fixed walk through the list: no two inserts at the same spot for long.
        let mut list = vec![nth(0)];
        let mut seed = 7_u64;
        for _ in 0..3_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = usize::try_from(seed >> 33).unwrap() % (list.len() + 1);
            let low = at.checked_sub(1).map(|at| list[at].as_str());
            let new = between(low, list.get(at).map(String::as_str)).unwrap();
            list.insert(at, new);
        }
        assert!(list.windows(2).all(|pair| pair[0] < pair[1]));
        let longest = list.iter().map(String::len).max().unwrap();
        assert!(longest <= 40, "{longest}");
    }

    #[test]
    fn one_spot_used_ten_thousand_times_stays_short() {
        let (a, b) = (nth(4), nth(5));
        let (mut behind_a, mut before_b, mut last, mut first) = (b.clone(), a.clone(), nth(0), nth(0));
        for _ in 0..10_000 {
            behind_a = between(Some(&a), Some(&behind_a)).unwrap();
            before_b = between(Some(&before_b), Some(&b)).unwrap();
            last = after(Some(&last)).unwrap();
            first = between(None, Some(&first)).unwrap();
        }
        for text in [behind_a, before_b, last, first] {
            assert!(text.len() <= 6, "{text}");
        }
    }

    #[test]
    fn what_is_no_position_is_an_error() {
        assert!(between(Some("~"), None).is_err());
        assert!(between(Some("zz"), None).is_err());
        assert!(between(Some(&nth(2)), Some(&nth(1))).is_err());
        assert!(between(Some(&nth(2)), Some(&nth(2))).is_err());
    }

    #[test]
    fn a_hunt_for_the_middle_is_refused_in_the_end() {
        let (mut low, mut high) = (nth(0), nth(1));
        let refused = (0..10_000).find_map(|turn| match between(Some(&low), Some(&high)) {
            Ok(new) if turn % 2 == 0 => {
                low = new;
                None
            }
            Ok(new) => {
                high = new;
                None
            }
            Err(error) => Some(error.code()),
        });
        assert_eq!(refused, Some("too_dense"));
    }
}
