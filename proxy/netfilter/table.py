"""The rules as nftables reads them.

From the house: web goes to the gateway, DNS to its name server wherever it was sent, QUIC and
encrypted DNS are refused so that browsers fall back, tunnels are refused, and everything else
passes only from devices whose tier says so (`members.py` fills those sets). What is refused is
counted for each device, so that `kidgate status --coverage` can say so. Everything fails closed:
with the gateway down, redirected connections find nobody.
"""

from __future__ import annotations

from collections.abc import Iterable

from kidgate.proxy.netfilter.plan import DNS, FAMILY, MARK, TABLE, Plan

# Sets of devices, by what they may do; each as addresses of both families and as MAC addresses.
RAW_TCP, RAW_UDP, TUNNELS = "raw_tcp", "raw_udp", "tunnels"
MEMBERS = (RAW_TCP, RAW_UDP, TUNNELS)
KINDS = {"4": "ipv4_addr", "6": "ipv6_addr", "mac": "ether_addr"}
# Counted for each device: why a packet was refused.
REFUSED = ("quic", "encrypted_dns", "tunnel", "raw")

# DNS over TLS and over QUIC (RFC 7858, 9250), and the ports AdGuard and early QUIC drafts took.
ENCRYPTED_DNS = (784, 853, 8853)
# IKE, L2TP, OpenVPN, PPTP, WireGuard and its usual second port, Tailscale, SoftEther.
TUNNEL_PORTS = (500, 1194, 1195, 1197, 1198, 1701, 1723, 4500, 5555, 41641, 51820, 51821)
# What every device may send, whatever its tier: the time of day (a client's question of RFC 5905
# has 48 bytes), and pings. Few of each, for either can carry a tunnel.
SMALL_TALK = (
    "udp dport 123 udp length 56 @th,64,8 & 0x07 == 0x03",
    "icmp type echo-request",
    "icmpv6 type echo-request",
)
TALK_RATE = "5/second burst 20 packets"
# The dashboard's TLS calls its pages so (`dashboard.serving.front`); who is talked into calling
# somebody does not choose where from.
CALLER, INSIDE = "127.75.71.2", "127.75.71.1"
TUNNEL_PROTOCOLS = ("ipencap", "ipv6", "gre", "esp", "ah", "ipcomp")
# The first packet of a tunnel on any port. WireGuard: type 1 and three zeros, always 148 bytes.
# OpenVPN: P_CONTROL_HARD_RESET_CLIENT_V2, bare, with tls-auth (SHA1, SHA256) or with tls-crypt.
TUNNEL_STARTS = (
    "udp length 156 @th,64,32 0x01000000",
    "ct state new udp length { 22, 50, 62, 74 } @th,64,8 0x38",
)


def table_text(plan: Plan) -> str:
    """A whole `nft -f` file: it replaces our table in one transaction and touches no other."""
    return "\n".join(
        [
            # Made first, so that deleting it cannot fail: together they replace what was there.
            f"table {FAMILY} {TABLE} {{}}",
            f"delete table {FAMILY} {TABLE}",
            f"table {FAMILY} {TABLE} {{",
            *_indented(_sets(plan)),
            *_indented(_refusals()),
            *_indented(_prerouting(plan)),
            *_indented(_seen()),
            *_indented(_input(plan)),
            *_indented(_forward(plan)),
            *_indented(_output(plan)),
            "}",
            "",
        ]
    )


def removal_text() -> str:
    return f"table {FAMILY} {TABLE} {{}}\ndelete table {FAMILY} {TABLE}\n"


def _sets(plan: Plan) -> list[str]:
    lines = [f"set house {{ type ifname; elements = {{ {_quoted(plan.interfaces)} }}; }}"]
    for name in MEMBERS:
        for suffix, kind in KINDS.items():
            lines.append(f"set {name}_{suffix} {{ type {kind}; }}")
    for suffix in ("4", "6"):
        lines.append(
            f"set talk_{suffix} {{ type {KINDS[suffix]}; size 4096; "
            "flags dynamic,timeout; timeout 1m; }"
        )
    for name in REFUSED:
        for suffix in ("4", "6"):
            lines.append(
                f"set refused_{name}_{suffix} {{ type {KINDS[suffix]}; size 4096; "
                "flags dynamic,timeout; timeout 7d; counter; }"
            )
    return lines


def _refusals() -> list[str]:
    """A chain for each reason: count for the device, say no at once so that nothing waits."""
    lines: list[str] = []
    for name in REFUSED:
        lines += [
            f"chain refuse_{name} {{",
            f"  update @refused_{name}_4 {{ ip saddr }}",
            f"  update @refused_{name}_6 {{ ip6 saddr }}",
            "  meta l4proto tcp reject with tcp reset",
            "  reject with icmpx type port-unreachable",
            "}",
        ]
    return lines


def _prerouting(plan: Plan) -> list[str]:
    """Before routing: also what is meant for this box, whose block page answers by any name."""
    dns = [f"  meta l4proto {{ tcp, udp }} th dport 53 redirect to :{plan.dns}"] if plan.dns else []
    return [
        "chain prerouting {",
        "  type nat hook prerouting priority dstnat; policy accept;",
        "  iifname != @house return",
        *dns,
        f"  tcp dport {{ 80, 443 }} redirect to :{plan.transparent}",
        "}",
    ]


def _seen() -> list[str]:
    """What comes from the house has passed these rules; see `plan.routing`."""
    return [
        "chain seen {",
        "  type filter hook prerouting priority mangle; policy accept;",
        f"  iifname @house meta mark set meta mark | {MARK:#x}",
        "}",
    ]


def _input(plan: Plan) -> list[str]:
    """The redirected port is reached by redirection alone: who asks it by itself has no target."""
    return [
        "chain input {",
        "  type filter hook input priority filter; policy accept;",
        f"  iifname @house tcp dport {plan.transparent} ct status dnat accept",
        f"  tcp dport {plan.transparent} reject with tcp reset",
        "}",
    ]


def _forward(plan: Plan) -> list[str]:
    ports = ", ".join(map(str, TUNNEL_PORTS))
    allowed_tunnels = _members_accept(TUNNELS, "")
    return [
        "chain tunnels {",
        *(f"  {line}" for line in allowed_tunnels),
        "  goto refuse_tunnel",
        "}",
        "chain small_talk {",
        f"  update @talk_4 {{ ip saddr limit rate over {TALK_RATE} }} drop",
        f"  update @talk_6 {{ ip6 saddr limit rate over {TALK_RATE} }} drop",
        "  accept",
        "}",
        "chain forward {",
        "  type filter hook forward priority filter; policy accept;",
        "  iifname != @house return",
        "  udp dport { 80, 443 } goto refuse_quic",
        f"  th dport {{ {', '.join(map(str, ENCRYPTED_DNS))} }} goto refuse_encrypted_dns",
        # With no name server of ours, DNS to elsewhere would still tell addresses unjudged.
        *([] if plan.dns else ["  th dport 53 accept"]),
        f"  meta l4proto {{ {', '.join(TUNNEL_PROTOCOLS)} }} goto tunnels",
        f"  th dport {{ {ports} }} goto tunnels",
        *(f"  {start} goto tunnels" for start in TUNNEL_STARTS),
        # Answers to what came in from outside; who may open a connection is asked for every packet,
        # so that a pause cuts what is open.
        "  ct direction reply accept",
        *(f"  {what} goto small_talk" for what in SMALL_TALK),
        "  meta l4proto { icmp, ipv6-icmp } accept",
        *(f"  {line}" for line in _members_accept(RAW_TCP, "meta l4proto tcp ")),
        *(f"  {line}" for line in _members_accept(RAW_UDP, "meta l4proto udp ")),
        "  goto refuse_raw",
        "}",
    ]


def _members_accept(name: str, what: str) -> list[str]:
    return [
        f"{what}ip saddr @{name}_4 accept",
        f"{what}ip6 saddr @{name}_6 accept",
        f"{what}ether saddr @{name}_mac accept",
    ]


def _output(plan: Plan) -> list[str]:
    """A worker opens no connection to this box itself, whatever it was talked into."""
    if plan.uid is None:
        return []
    inner = ", ".join(map(str, (DNS, *plan.inner_ports)))
    return [
        "chain output {",
        "  type filter hook output priority filter; policy accept;",
        f"  meta skuid != {plan.uid} return",
        "  ct state established,related accept",
        f"  ip saddr {CALLER} ip daddr {INSIDE} tcp dport >= 1024 accept",
        f"  fib daddr type local th dport {{ {inner} }} accept",
        "  fib daddr type local meta l4proto tcp reject with tcp reset",
        "}",
    ]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]
