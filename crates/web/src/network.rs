//! IP networks (`10.0.0.0/8`), and whose address a request really came from.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use http::HeaderMap;

/// An address and the number of leading bits that count (RFC 4632).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANetwork;

impl fmt::Display for NotANetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be an IP address or a network like 10.0.0.0/8")
    }
}

impl std::error::Error for NotANetwork {}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| NotANetwork)?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(widest);
        if bits > widest { Err(NotANetwork) } else { Ok(Self { address, bits }) }
    }
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.bits);
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.bits);
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            _ => false,
        }
    }
}

/// The peer; or, where the peer is one of our proxies, the last hop of `X-Forwarded-For` that is not.
/// What stands left of that hop anybody may have written.
pub fn client(peer: IpAddr, proxies: &[Network], headers: &HeaderMap) -> IpAddr {
    let ours = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let peer = peer.to_canonical();
    if !ours(peer) {
        return peer;
    }
    let mut nearest = peer;
    for line in headers.get_all("x-forwarded-for").iter().rev() {
        for hop in line.to_str().unwrap_or_default().rsplit(',') {
            let Some(address) = hop_address(hop.trim()) else { return nearest };
            nearest = address;
            if !ours(address) {
                return address;
            }
        }
    }
    nearest
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn hop_address(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|a| a.ip()));
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address.or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(texts: &[&str]) -> Vec<Network> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn networks_contain_what_shares_their_bits() {
        let [ten, all, one, six] = networks(&["10.1.0.0/16", "0.0.0.0/0", "192.0.2.7", "2001:db8::/32"])[..]
        else {
            panic!()
        };
        assert!(ten.contains("10.1.255.1".parse().unwrap()) && !ten.contains("10.2.0.1".parse().unwrap()));
        assert!(ten.contains("::ffff:10.1.2.3".parse().unwrap()), "mapped addresses are IPv4");
        assert!(all.contains("203.0.113.9".parse().unwrap()) && !all.contains("::1".parse().unwrap()));
        assert!(one.contains("192.0.2.7".parse().unwrap()) && !one.contains("192.0.2.6".parse().unwrap()));
        assert!(
            six.contains("2001:db8:ffff::1".parse().unwrap())
                && !six.contains("2001:db9::1".parse().unwrap())
        );
        for wrong in ["10.0.0.0/33", "::/129", "10.0.0/8", "a", "", "1.2.3.4/x"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_a_proxys_word_is_believed_and_only_its_last_untrusted_hop() {
        let proxies = networks(&["10.0.0.0/8"]);
        let from = |peer: &str, forwarded: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in forwarded {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            client(peer.parse().unwrap(), &proxies, &headers).to_string()
        };
        assert_eq!(from("203.0.113.9", &["192.0.2.1"]), "203.0.113.9", "a stranger's header is nothing");
        assert_eq!(from("10.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(from("10.0.0.1", &["6.6.6.6, 192.0.2.1, 10.0.0.2"]), "192.0.2.1");
        assert_eq!(from("10.0.0.1", &["6.6.6.6", "192.0.2.1:555"]), "192.0.2.1");
        assert_eq!(from("10.0.0.1", &["[2001:db8::1]:80"]), "2001:db8::1");
        assert_eq!(from("10.0.0.1", &["6.6.6.6, nonsense, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }
}
