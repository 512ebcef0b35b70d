//! Time-based codes (RFC 6238): SHA-1, six digits, thirty seconds, which is what every authenticator speaks.

use kernel::crypto::{SecretText, random};
use kernel::{Error, Result, Timestamp};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use totp_rs::{Builder, Secret};
use zeroize::Zeroizing;

/// 160 bits (RFC 4226 section 4).
pub(crate) const SECRET: usize = 20;
/// Pixels of a module's side: whole ones, so that all are of one size.
const MODULE: u32 = 5;
const ISSUER: &str = "Trackhold";

/// A fresh secret.
pub(crate) fn new_secret() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Zeroizing::new(random::<SECRET>()).to_vec())
}

/// What somebody needs to set up an authenticator.
pub(crate) struct Offer {
    /// Base32 (RFC 4648), for typing.
    pub(crate) secret: SecretText,
    /// `otpauth://totp/…`
    pub(crate) uri: SecretText,
    /// The same as a picture: dark on light, whatever the page's colours are.
    pub(crate) qr_svg: SecretText,
}

impl Offer {
    /// The secret in groups of four, to be read and typed.
    pub(crate) fn groups(&self) -> Vec<&str> {
        let secret = self.secret.expose();
        (0..secret.len()).step_by(4).filter_map(|start| secret.get(start..start + 4)).collect()
    }
}

impl std::fmt::Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Offer(…)")
    }
}

pub(crate) fn offer(secret: &[u8], email: &str) -> Result<Offer> {
    let totp = builder(secret).with_issuer(Some(ISSUER)).with_account_name(email);
    let uri = totp.build().and_then(|totp| totp.to_url()).map_err(Error::internal)?;
    let code = QrCode::with_error_correction_level(&uri, EcLevel::M).map_err(Error::internal)?;
    let picture = code.render::<svg::Color<'_>>().module_dimensions(MODULE, MODULE).quiet_zone(true).build();
    // A part of a page, not a document.
    let start = picture.find("<svg").unwrap_or_default();
    Ok(Offer {
        secret: SecretText::new(Secret::from(secret).to_base32()),
        uri: SecretText::new(uri),
        qr_svg: SecretText::new(picture[start..].to_owned()),
    })
}

/// The time step whose code this is: now, the one before, or the next. Steps up to `used` are over.
pub(crate) fn step_of(secret: &[u8], code: &str, now: Timestamp, used: i64) -> Result<Option<i64>> {
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let seconds = u64::try_from(now.seconds()).map_err(Error::internal)?;
    let totp = builder(secret).with_skew(1).build().map_err(Error::internal)?;
    let step = totp.check(&digits, seconds).and_then(|step| i64::try_from(step).ok());
    Ok(step.filter(|step| *step > used))
}

fn builder(secret: &[u8]) -> Builder {
    Builder::new().with_secret(Secret::from(secret))
}

/// For tests: the code of a moment.
#[cfg(test)]
pub(crate) fn code_at(secret: &[u8], seconds: u64) -> String {
    builder(secret).build().unwrap().generate(seconds).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, SHA-1; of its eight digits the last six.
    #[test]
    fn vectors_of_the_rfc() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(secret, seconds), code, "at {seconds}");
            let now = Timestamp::from_seconds(seconds as i64);
            assert_eq!(step_of(secret, code, now, 0).unwrap(), Some(seconds as i64 / 30));
        }
    }

    #[test]
    fn a_step_before_and_after_count_and_no_further_one() {
        let secret = new_secret();
        let at = |seconds| {
            step_of(&secret, &code_at(&secret, 3_000), Timestamp::from_seconds(seconds), 0).unwrap()
        };
        assert_eq!([at(2_970), at(3_000), at(3_059)], [Some(100); 3]);
        assert_eq!([at(2_969), at(3_060)], [None; 2]);
    }

    #[test]
    fn a_used_step_is_over() {
        let secret = new_secret();
        let now = Timestamp::from_seconds(3_000);
        assert_eq!(step_of(&secret, &code_at(&secret, 3_000), now, 99).unwrap(), Some(100));
        assert_eq!(step_of(&secret, &code_at(&secret, 3_000), now, 100).unwrap(), None);
        assert_eq!(step_of(&secret, &code_at(&secret, 2_970), now, 100).unwrap(), None);
    }

    #[test]
    fn only_six_digits_are_a_code() {
        let secret = new_secret();
        let now = Timestamp::from_seconds(3_000);
        let code = code_at(&secret, 3_000);
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        assert!(step_of(&secret, &spaced, now, 0).unwrap().is_some());
        for wrong in
            ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "+12345", &format!("{code}0")]
        {
            assert_eq!(step_of(&secret, wrong, now, 0).unwrap(), None, "{wrong:?}");
        }
    }

    #[test]
    fn an_offer_says_the_same_in_three_ways() {
        let offer = offer(b"12345678901234567890", "ada@example.com").unwrap();
        assert_eq!(offer.secret.expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(
            offer.uri.expose().starts_with(
                "otpauth://totp/Trackhold:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            ),
            "{}",
            offer.uri.expose()
        );
        assert!(offer.qr_svg.expose().starts_with("<svg") && offer.qr_svg.expose().ends_with("</svg>"));
        assert_eq!(format!("{offer:?}"), "Offer(…)");
    }
}
