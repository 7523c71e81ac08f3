//! 来者 · whom a request came from, for limits against guessing and for doors that are open to this machine alone.

use crate::{House, Stop};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The address of whoever asks. A reverse proxy on this machine is believed when it says for whom it asks
/// (the last value of `X-Forwarded-For`, the one it wrote itself); nobody else is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller(Option<IpAddr>);

impl Caller {
    fn of(peer: Option<IpAddr>, headers: &HeaderMap) -> Caller {
        let (peer, forwarded) = (peer.map(|peer| peer.to_canonical()), headers.get_all("x-forwarded-for").iter().next_back());
        match (peer, forwarded) {
            (Some(peer), Some(list)) if peer.is_loopback() => {
                let last = list.to_str().ok().and_then(|list| list.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
                // What cannot be read is somebody from outside all the same.
                Caller(Some(last.map_or(IpAddr::from([0, 0, 0, 0]), |last| last.to_canonical())))
            }
            _ => Caller(peer),
        }
    }

    /// On this machine: over loopback and not through a proxy. A request without a connection is made by the program itself.
    pub fn is_here(self) -> bool {
        self.0.is_none_or(|address| address.is_loopback())
    }

    /// The key under which wrong tries are counted. Whoever has one address of IPv6 has the 2⁶⁴ of its network.
    pub fn key(self) -> String {
        match self.0 {
            None => "local".into(),
            Some(IpAddr::V6(address)) if !address.is_loopback() => {
                format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64))
            }
            Some(address) => address.to_string(),
        }
    }
}

impl FromRequestParts<House> for Caller {
    type Rejection = Stop;
    async fn from_request_parts(parts: &mut Parts, _: &House) -> Result<Caller, Stop> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
        Ok(Caller::of(peer, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(peer: &str, forwarded: Option<&str>) -> Caller {
        let mut headers = HeaderMap::new();
        if let Some(list) = forwarded {
            headers.insert("x-forwarded-for", list.parse().unwrap());
        }
        Caller::of(Some(peer.parse().unwrap()), &headers)
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        assert_eq!(caller("127.0.0.1", Some("203.0.113.9, 198.51.100.7")).key(), "198.51.100.7");
        assert_eq!(caller("203.0.113.9", Some("10.0.0.1")).key(), "203.0.113.9");
        assert_eq!(caller("::1", None).key(), "::1");
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller_and_ipv4_in_it_is_ipv4() {
        assert_eq!(caller("2001:db8:1:2:3:4:5:6", None).key(), "2001:db8:1:2::/64");
        assert_eq!(caller("2001:db8:1:2::9", None).key(), "2001:db8:1:2::/64");
        assert_ne!(caller("2001:db8:1:3::9", None).key(), "2001:db8:1:2::/64");
        assert_eq!(caller("::ffff:203.0.113.9", None).key(), "203.0.113.9");
        assert_eq!(caller("::ffff:127.0.0.1", Some("203.0.113.9")).key(), "203.0.113.9");
    }

    #[test]
    fn a_proxied_request_is_not_from_this_machine() {
        assert!(caller("127.0.0.1", None).is_here());
        assert!(!caller("127.0.0.1", Some("203.0.113.9")).is_here());
        assert!(!caller("127.0.0.1", Some("nonsense")).is_here());
        assert!(!caller("203.0.113.9", Some("127.0.0.1")).is_here());
    }
}
