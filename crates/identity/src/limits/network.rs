//! What one attacker easily has: an IPv4 /24, an IPv6 /64.

use std::net::{IpAddr, Ipv6Addr};

fn plain(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

fn prefix_64(v6: Ipv6Addr) -> String {
    let bits = v6.to_bits() >> 64 << 64;
    format!("{}/64", Ipv6Addr::from_bits(bits))
}

/// The network that failures are counted for.
pub(super) fn of(ip: Option<IpAddr>) -> String {
    match ip.map(plain) {
        Some(IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Some(IpAddr::V6(v6)) => prefix_64(v6),
        None => "unknown".into(),
    }
}

/// The address that registrations are counted for; on IPv6 a whole /64 is one household.
pub(super) fn address_of(ip: Option<IpAddr>) -> String {
    match ip.map(plain) {
        Some(IpAddr::V4(v4)) => v4.to_string(),
        Some(IpAddr::V6(v6)) => prefix_64(v6),
        None => "unknown".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_network_and_others_are_not() {
        let of = |text: &str| of(Some(text.parse().unwrap()));
        assert_eq!(of("203.0.113.7"), "203.0.113.0/24");
        assert_eq!(of("203.0.113.7"), of("::ffff:203.0.113.200"));
        assert_ne!(of("203.0.113.7"), of("203.0.114.7"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
