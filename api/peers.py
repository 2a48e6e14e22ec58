"""Peers: whom an address belongs to."""

import ipaddress


def network_of(host: str) -> str:
    """An address as one client has it: of IPv6 it has a whole network, and IPv4 stays IPv4 in whatever disguise."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
