"""An IP address → why it must not be fetched from, or None.

An archive that follows links must not be led into the network it stands in (server-side request
forgery).  The address is judged that a connection is made to, never a name.
"""

from __future__ import annotations

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

# Azure answers metadata requests at a public address; those of the others are link-local,
# unique-local (fd00:ec2::254) or shared (100.100.100.200) anyway.
METADATA = frozenset((IPv4Address("169.254.169.254"), IPv4Address("168.63.129.16")))

SHARED = IPv4Network("100.64.0.0/10")  # RFC 6598
# Protocol assignments (RFC 6890), of which some are reachable, and the relays of 6to4 (RFC 7526):
# nobody has pages there.
UNASSIGNED = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
DOCUMENTATION = IPv6Network("3fff::/20")  # RFC 9637, which Python does not know yet
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")  # RFC 8215: an operator's own
ISATAP = 0x0000_5EFE  # RFC 5214 section 6.1; one bit of it says whether the address is unique
IPV4_COMPATIBLE = IPv6Network("::/96")  # RFC 4291, deprecated: the same


def refuse(ip: str) -> str | None:
    """Why nothing may be fetched from `ip`, as a token; None when it is a public unicast address.

    An IPv6 address that carries an IPv4 address is judged by what it carries.  Raises ValueError
    for what is no address.
    """
    address = ip_address(ip)
    if isinstance(address, IPv4Address):
        return _refuse_4(address)
    carried = _carried(address)
    if carried is not None:
        return _refuse_4(carried)
    tunnelled = _tunnelled(address)
    return _refuse_6(address) or (None if tunnelled is None else _refuse_4(tunnelled))


def _refuse_4(address: IPv4Address) -> str | None:
    if address in METADATA:
        return "metadata"
    if address in SHARED:
        return "shared"
    if any(address in network for network in UNASSIGNED):
        return "reserved"
    return _kind(address)


def _refuse_6(address: IPv6Address) -> str | None:
    if address.is_site_local or address in NAT64_LOCAL or address in DOCUMENTATION:
        return "private"
    return _kind(address)


def _kind(address: IPv4Address | IPv6Address) -> str | None:
    kinds = (
        ("unspecified", address.is_unspecified),
        ("loopback", address.is_loopback),
        ("link_local", address.is_link_local),
        ("multicast", address.is_multicast),
        ("reserved", address.is_reserved),
        ("private", address.is_private or not address.is_global),
    )
    return next((name for name, holds in kinds if holds), None)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside a mapped, 6to4, Teredo, NAT64 or IPv4-compatible one."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    low = int(address) & 0xFFFF_FFFF
    # :: and ::1 are addresses of their own and carry nothing.
    if address in NAT64 or (address in IPV4_COMPATIBLE and low > 1):
        return IPv4Address(low)
    return None


def _tunnelled(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address at the end of an ISATAP tunnel (RFC 5214), which may lead inside."""
    number = int(address)
    is_isatap = (number >> 32) & 0xFDFF_FFFF == ISATAP
    return IPv4Address(number & 0xFFFF_FFFF) if is_isatap else None
