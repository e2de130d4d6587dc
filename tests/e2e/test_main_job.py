"""The main job through real processes: judged, blocked with a reason, journaled, changed,
obeyed."""

from __future__ import annotations

import base64
import ssl
from dataclasses import replace

import pytest

from kidgate.policies.model import Action
from kidgate.policies.rows import RuleRow
from tests.e2e.house import House, read_all, read_one, status
from tests.e2e.origin import Origin, wait_until


def test_allowed_page_arrives_unharmed(house: House, site: Origin) -> None:
    answer = house.get(f"http://good.example:{site.port}/a?b=c")
    assert status(answer) == 200
    assert answer.endswith(site.body)
    assert site.paths == ["/a?b=c"]


def test_blocked_page_says_why_and_never_reaches_the_origin(house: House, site: Origin) -> None:
    answer = house.get(f"http://bad.example:{site.port}/secret")
    assert status(answer) == 403
    assert b"kidgate-reason: rule" in answer.lower()
    assert site.seen == []
    (line,) = house.journal()
    assert (line.child, line.device, line.verdict, line.reason) == (
        "mai",
        "tablet",
        "block",
        "rule",
    )
    assert line.url == f"http://bad.example:{site.port}/secret"


def test_blocked_https_shows_the_page_under_our_certificate(house: House, secure: Origin) -> None:
    answer = house.get_tls("bad.example", secure.port)
    assert status(answer) == 403
    assert b"bad.example" in answer
    assert secure.seen == []
    assert house.journal()[0].host == "bad.example"


def test_allowed_https_is_opened_and_arrives(house: House, secure: Origin) -> None:
    answer = house.get_tls("good.example", secure.port, "/x")
    assert status(answer) == 200
    assert answer.endswith(secure.body)
    assert secure.paths == ["/x"]


def test_https_of_a_bank_is_passed_untouched(
    house: House, secure: Origin, authority: object
) -> None:
    context = ssl.create_default_context(cafile=str(authority.pem))  # type: ignore[attr-defined]
    with (
        house.tunnel(f"bank.example:{secure.port}") as sock,
        context.wrap_socket(sock, server_hostname="bank.example") as tls,
    ):
        issuer = dict(pair[0] for pair in tls.getpeercert()["issuer"])  # type: ignore[index]
        tls.sendall(b"GET / HTTP/1.1\r\nHost: bank.example\r\nConnection: close\r\n\r\n")
        assert read_all(tls).endswith(secure.body)
    assert issuer["commonName"] == "test root"


def test_device_without_our_certificate_is_judged_by_name(house: House, secure: Origin) -> None:
    with house.connect("127.0.0.6") as sock:
        sock.sendall(
            f"CONNECT bad.example:{secure.port} HTTP/1.1\r\nHost: bad.example\r\n\r\n".encode()
        )
        assert status(read_one(sock)) == 403
    with house.tunnel(f"good.example:{secure.port}", "127.0.0.6") as sock:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(sock, server_hostname="good.example") as tls:
            tls.sendall(b"GET /p HTTP/1.1\r\nHost: good.example\r\nConnection: close\r\n\r\n")
            assert read_all(tls).endswith(secure.body)
    assert secure.paths == ["/p"]


def test_new_policy_is_obeyed_within_a_second_on_the_same_connection(
    house: House, site: Origin
) -> None:
    request = (
        f"GET http://bad.example:{site.port}/ HTTP/1.1\r\nHost: bad.example:{site.port}\r\n\r\n"
    ).encode()
    with house.connect() as sock:
        sock.sendall(request)
        assert status(read_one(sock)) == 403
        opened = RuleRow(0, "device:tablet", "bad.example", Action.ALLOW)
        version = house.write(replace(house.rows, rules=(*house.rows.rules, opened)))
        assert house.in_force(version)
        sock.sendall(request)
        assert read_one(sock).endswith(b"hello from the origin")


def test_proxy_login_says_who(house: House, site: Origin) -> None:
    right = base64.b64encode(b"phone:secret").decode()
    wrong = base64.b64encode(b"phone:guess").decode()
    url = f"http://good.example:{site.port}/"
    address = "127.0.0.9"  # nobody's
    assert status(house.get(url, address)) == 403  # unknown: the strictest tier
    assert status(house.get(url, address, Proxy_Authorization=f"Basic {wrong}")) == 407
    assert status(house.get(url, address, Proxy_Authorization=f"Basic {right}")) == 200
    assert not any(b"proxy-authorization" in head.lower() for head in site.seen)


def test_repeats_fold_into_one_line(house: House, site: Origin) -> None:
    for _ in range(5):
        house.get(f"http://bad.example:{site.port}/")
    assert [line.count for line in house.journal()] == [5]


def test_warning_can_be_passed_once_read(house: House, site: Origin) -> None:
    url = f"http://warned.example:{site.port}"
    assert status(house.get(f"{url}/")) == 403
    posted = house.raw(
        f"POST {url}/.well-known/kidgate/continue HTTP/1.1\r\nHost: warned.example:{site.port}\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
    )
    assert status(posted) == 303
    (cookie,) = [
        line.split(b":", 1)[1].split(b";")[0].strip().decode()
        for line in posted.split(b"\r\n")
        if line.lower().startswith(b"set-cookie")
    ]
    assert status(house.get(f"{url}/", Cookie=f"{cookie}; mine=1")) == 200
    assert b"kidgate-pass" not in site.seen[0]
    assert b"mine=1" in site.seen[0]
    assert status(house.get(f"{url}/", "127.0.0.9", Cookie=cookie)) == 403  # another device's


def test_safe_search_is_set_whatever_the_child_asked(house: House, site: Origin) -> None:
    house.get(f"http://www.google.com:{site.port}/search?q=cats&safe=off")
    (path,) = site.paths
    assert "q=cats" in path and "safe=active" in path and "safe=off" not in path


def test_websocket_messages_pass(house: House, site: Origin) -> None:
    key = base64.b64encode(b"0123456789abcdef").decode()
    with house.connect() as sock:
        sock.sendall(
            f"GET http://good.example:{site.port}/chat HTTP/1.1\r\n"
            f"Host: good.example:{site.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        assert status(sock.recv(65536)) == 101
        sock.sendall(b"\x81\x85\0\0\0\0hello")
        assert sock.recv(65536) == b"\x81\x05hello"


def test_upload_to_a_blocked_site_is_answered_at_once(house: House, site: Origin) -> None:
    head = (
        f"POST http://bad.example:{site.port}/ HTTP/1.1\r\nHost: bad.example:{site.port}\r\n"
        "Content-Length: 2000000\r\nConnection: close\r\n\r\n"
    )
    with house.connect() as sock:
        sock.sendall(head.encode() + b"A" * 1000)
        assert status(sock.recv(65536)) == 403  # long before the upload is over
        sock.sendall(b"A" * 1_999_000)
    assert site.seen == []


def test_type_stopped_by_the_response_head_is_not_delivered(house: House, site: Origin) -> None:
    site.pages["/app"] = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\nContent-Length: 9\r\n\r\nPK-secret"
    )
    rule = RuleRow(0, "child:mai", "type:application/zip", Action.BLOCK)
    assert house.in_force(house.write(replace(house.rows, rules=(*house.rows.rules, rule))))
    answer = house.get(f"http://good.example:{site.port}/app")
    assert status(answer) == 403
    assert b"PK-secret" not in answer
    assert house.journal()[0].reason == "rule"


def test_pause_ends_what_is_under_way(house: House, site: Origin) -> None:
    key = base64.b64encode(b"0123456789abcdef").decode()
    with house.connect() as sock:
        sock.sendall(
            f"GET http://good.example:{site.port}/chat HTTP/1.1\r\n"
            f"Host: good.example:{site.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        sock.recv(65536)
        rule = RuleRow(0, "child:mai", "good.example", Action.BLOCK)
        house.write(replace(house.rows, rules=(*house.rows.rules, rule)))
        sock.settimeout(3)
        assert read_all(sock) == b""


@pytest.mark.parametrize("name", ["kidgate.home.arpa"])
def test_own_page_is_served_by_the_gateway(house: House, name: str) -> None:
    assert status(house.get(f"http://{name}/")) == 200
    assert b"BEGIN CERTIFICATE" in house.get(f"http://{name}/ca.pem")
    assert b"PRIVATE" not in house.get(f"http://{name}/ca.pem")


def test_bad_upstream_certificate_is_shown_as_what_it_is(
    house: House, authority: object, secure: Origin
) -> None:
    with Origin(tls=authority.context("good.example", expired=True)) as expired:  # type: ignore[attr-defined]
        rows = house.rows
        ports = (*rows.settings.ports, expired.port)
        version = house.write(replace(rows, settings=replace(rows.settings, ports=ports)))
        assert house.in_force(version)
        answer = house.get_tls("good.example", expired.port)
        assert status(answer) == 502
        assert expired.seen == []
    assert wait_until(lambda: "bad_certificate" in {x.reason for x in house.journal()})
