"""What passes is looked at: pages by their words, forms by what they tell, in a real gateway."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import quote

import brotli
import pytest
from click.testing import CliRunner

from kidgate.cli import cli
from kidgate.content.images.canary import canary
from kidgate.content.images.sniff import look
from kidgate.content.images.worth import LARGEST_BYTES
from kidgate.content.natures import PROGRAM, ZIP
from kidgate.policies.model import Action
from kidgate.policies.rows import ProfileRow, RuleRow, ServiceRow, TierRow
from kidgate.proxy.passes import PATH
from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import House, status
from tests.e2e.origin import Origin, wait_until
from tests.e2e.pki import Authority

PAGE = "<html><head><title>{}</title></head><body>{}</body></html>"
BETS = PAGE.format(
    "Nhà cái uy tín",
    "<h1>Tài xỉu online, nổ hũ đổi thưởng</h1>"
    "<p>Lô đề online, cá độ bóng đá. Nạp tiền rút tiền nhanh, tặng 100k cho tân thủ.</p>",
)
CALM = PAGE.format("Cây tre", "<p>Tre xanh mọc quanh làng em.</p>")
FILLER = "<p>" + "tre xanh mọc quanh làng em " * 20 + "</p>"
CHANNEL = "UCabcdefghijklmnopqrstuv"
LIMIT = 131_072  # bytes that are held, in these tests
NAME = "Nguyễn Thị Hoa Mai"


def tier(key: str, unjudged: Action) -> TierRow:
    return TierRow(
        key,
        text_limits={"gambling": 45.0, "self_harm": 45.0},
        message_limits={"grooming": 45.0, "self_harm": 45.0},
        search_terms=("cá độ",),
        videos=(f"channel:{CHANNEL}",),
        personal_data=Action.BLOCK,
        unjudged=unjudged,
        ai_label=key == "test",
        content_types={ZIP: Action.BLOCK, PROGRAM: Action.BLOCK},
        journal=policy(80).tiers[0].journal,
    )


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
    open_site: Origin,
    open_secure: Origin,
    authority: Authority,
) -> Iterator[House]:
    rows = replace(
        policy(open_site.port, open_secure.port),
        tiers=(tier("test", Action.WATCH), tier("strict", Action.BLOCK)),
        profiles=(ProfileRow("mai", tier="test"), ProfileRow("an", tier="strict")),
        rules=(RuleRow(1, "everyone", "other.example", Action.ALLOW),),
        services=(
            ServiceRow("talk", hosts=("warned.example",), categories=("chat",)),
            ServiceRow("machine", hosts=("bank.example",), categories=("ai_chat",)),
        ),
    )
    devices = (replace(rows.devices[0]), replace(rows.devices[1], of="an", trusts_ca=True))
    root = tmp_path_factory.mktemp("content") / "home"
    house = House(
        root,
        replace(rows, devices=devices),
        {**HOSTS, "www.youtube.com": "127.0.0.1"},
        extra_ca=authority.pem,
        limits={"held_bytes": LIMIT},
    )
    with house:
        run = CliRunner().invoke
        told = run(cli, ["--home", str(root), "profile", "personal", "mai", "--add", "name", NAME])
        assert told.exit_code == 0, told.output
        version = json.loads(run(cli, ["--home", str(root), "policy", "history", "--json"]).stdout)
        newest = version[0] if isinstance(version, list) else version["versions"][0]
        assert house.in_force(str(newest["version"]))
        yield house


def page(body: bytes, *fields: str, kind: str = "text/html; charset=utf-8") -> bytes:
    head = [
        "HTTP/1.1 200 OK",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *fields,
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def chunked(body: bytes, size: int = 7000) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"


def whole_body(answer: bytes) -> bytes:
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"chunked" not in head:
        return body
    parts = []
    while not body.startswith(b"0\r\n"):
        size, _, body = body.partition(b"\r\n")
        parts.append(body[: int(size, 16)])
        body = body[int(size, 16) + 2 :]
    return b"".join(parts)


def reason(answer: bytes) -> str:
    for line in answer.split(b"\r\n\r\n")[0].split(b"\r\n"):
        if line.lower().startswith(b"kidgate-reason:"):
            return line.partition(b":")[2].strip().decode()
    return ""


@pytest.mark.parametrize(
    "served",
    [
        page(BETS.encode()),
        page(gzip.compress(BETS.encode()), "Content-Encoding: gzip"),
        chunked(BETS.encode()),
        page(BETS.encode("utf-16"), kind="text/html"),
        page(json.dumps({"items": [{"title": BETS}]}).encode(), kind="application/json"),
        page(BETS.encode(), kind="text/plain; charset=utf-8"),
    ],
    ids=["plain", "gzip", "chunked", "utf-16", "json", "wrong type"],
)
def test_page_is_stopped_by_its_words_and_not_a_word_of_it_arrives(
    house: House, site: Origin, served: bytes
) -> None:
    site.pages["/a"] = served
    house.begin_journal()
    answer = house.get(f"http://good.example:{site.port}/a")
    assert (status(answer), reason(answer)) == (403, "page_text")
    assert "đổi thưởng".encode() not in answer
    (line,) = house.journal()
    assert (line.reason, line.category, line.verdict) == ("page_text", "gambling", "block")


def test_page_over_tls_is_read_too(house: House, secure: Origin) -> None:
    secure.pages["/a"] = page(BETS.encode())
    assert reason(house.get_tls("good.example", secure.port, "/a")) == "page_text"
    secure.pages["/a"] = page(CALM.encode())
    assert house.get_tls("good.example", secure.port, "/a").endswith(CALM.encode())


def test_harmless_page_arrives_as_it_was_read(house: House, site: Origin) -> None:
    site.pages["/a"] = page(gzip.compress(CALM.encode()), "Content-Encoding: gzip")
    answer = house.get(f"http://good.example:{site.port}/a", Accept_Encoding="gzip")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert body == CALM.encode()
    assert b"content-encoding" not in head.lower()
    site.pages["/a"] = chunked(CALM.encode(), 20)
    assert b"l\xc3\xa0ng em" in house.get(f"http://good.example:{site.port}/a")


def test_site_that_an_adult_allowed_is_not_read(house: House, site: Origin) -> None:
    coded = gzip.compress(BETS.encode())
    site.pages["/a"] = page(coded, "Content-Encoding: gzip")
    assert house.get(f"http://other.example:{site.port}/a").endswith(coded)


@pytest.mark.parametrize("send", [page, chunked], ids=["length", "chunked"])
def test_large_page_is_judged_by_its_beginning(house: House, site: Origin, send: object) -> None:
    assert callable(send)
    url = f"http://good.example:{site.port}/a"
    site.pages["/a"] = send((BETS + FILLER * 300).encode())
    assert reason(house.get(url)) == "page_text"
    large = (CALM + FILLER * 300).encode()
    assert len(large) > LIMIT
    site.pages["/a"] = send(large)
    house.begin_journal()
    assert whole_body(house.get(url)) == large
    (line,) = house.journal()
    assert (line.verdict, line.reason) == ("allow", "unjudged")
    assert reason(house.get(url, "127.0.0.6")) == "unjudged"  # the other tier wants all judged


@pytest.mark.parametrize(
    "fields",
    ["Content-Encoding: bz2", "Content-Encoding: gzip, gzip, gzip, gzip", "Content-Encoding: gzip"],
)
def test_page_that_nobody_can_read_follows_the_tier(
    house: House, site: Origin, fields: str
) -> None:
    site.pages["/a"] = page(CALM.encode(), fields)
    url = f"http://good.example:{site.port}/a"
    assert reason(house.get(url, "127.0.0.6")) == "unjudged"
    house.begin_journal()
    assert status(house.get(url)) == 200
    assert [line.reason for line in house.journal()] == ["unjudged"]


def post(
    house: House,
    site: Origin,
    body: bytes,
    kind: str,
    *fields: str,
    place: str = "good.example/form",
) -> bytes:
    host, _, path = place.partition("/")
    head = [
        f"POST http://{host}:{site.port}/{path} HTTP/1.1",
        f"Host: {host}:{site.port}",
        f"Content-Type: {kind}",
        "Connection: close",
        *(fields or (f"Content-Length: {len(body)}",)),
    ]
    return house.raw("\r\n".join(head).encode() + b"\r\n\r\n" + body)


@contextmanager
def websocket(house: House, site: Origin, host: str) -> Iterator[socket.socket]:
    key = base64.b64encode(b"0123456789abcdef").decode()
    with house.connect() as sock:
        sock.sendall(
            f"GET http://{host}:{site.port}/chat HTTP/1.1\r\nHost: {host}:{site.port}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        assert status(sock.recv(65536)) == 101
        yield sock


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f"ten={NAME}&x=1".encode(), FORM),
        (json.dumps({"msg": f"mình là {NAME}"}).encode(), "application/json"),
        (b"sdt=0912345678", FORM),
    ],
    ids=["name", "json", "phone"],
)
def test_form_that_tells_about_the_child_never_reaches_the_site(
    house: House, site: Origin, body: bytes, kind: str
) -> None:
    house.begin_journal()
    assert reason(post(house, site, body, kind)) == "personal_data"
    assert site.seen == []
    (line,) = house.journal()
    assert NAME not in str(line)
    assert "0912345678" not in str(line)


def test_form_that_tells_nothing_arrives_whole(house: House, site: Origin) -> None:
    assert status(post(house, site, b"q=cay+tre", FORM)) == 200
    assert site.paths == ["/form"]
    chunks = b"5\r\nq=cay\r\n4\r\n+tre\r\n0\r\n\r\n"
    assert status(post(house, site, chunks, FORM, "Transfer-Encoding: chunked")) == 200


def test_address_that_tells_about_the_child_is_stopped_and_kept_without_it(
    house: House, site: Origin
) -> None:
    house.begin_journal()
    answer = house.get(f"http://good.example:{site.port}/a/0912345678?sdt=0912345678")
    assert reason(answer) == "personal_data"
    assert site.seen == []
    (line,) = house.journal()
    assert "0912345678" not in str(line)
    assert "good.example" in line.url and "/a/" in line.url


def test_upload_too_large_to_be_read_is_told_and_arrives_whole(house: House, site: Origin) -> None:
    house.begin_journal()
    body = b"q=" + b"cay+tre+" * 20_000
    assert len(body) > LIMIT
    assert status(post(house, site, body, FORM)) == 200
    assert [line.reason for line in house.journal()] == ["unjudged"]


def test_search_that_is_posted_is_read(house: House, site: Origin) -> None:
    body = f"q={quote('cá độ bóng đá')}".encode()
    assert reason(post(house, site, body, FORM, place="www.google.com/search")) == "search_term"
    assert site.seen == []


def test_only_the_videos_that_the_tier_names_are_shown(house: House, site: Origin) -> None:
    url = f"http://www.youtube.com:{site.port}/watch?v=abcDEF_-123"
    for channel, stops in ((CHANNEL, ""), (CHANNEL[:-1] + "z", "video")):
        text = f'{{"videoDetails":{{"videoId":"abcDEF_-123","externalChannelId":"{channel}"}}'
        site.pages["/watch"] = page(f"<script>var a = {text}</script>".encode())
        assert reason(house.get(url)) == stops


GROOMING = (
    "em có ở nhà một mình không",
    "chụp một tấm hình gửi anh xem nào",
    "chuyện này đừng nói với bố mẹ nhé",
    "bí mật của tụi mình",
)


def frame(text: str) -> bytes:
    data = text.encode()
    return bytes((0x81, 0x80 | len(data), 0, 0, 0, 0)) + data


def test_talk_that_grooms_is_cut_and_nothing_of_it_is_kept(house: House, site: Origin) -> None:
    house.begin_journal()
    with websocket(house, site, "warned.example") as sock:
        heard = []
        for line in GROOMING:
            sock.sendall(frame(json.dumps({"text": line})))
            heard.append(sock.recv(65536))
            if not heard[-1]:
                break
        assert heard[0] and not heard[-1]  # one line alone is nothing
    assert wait_until(house.journal)
    (entry,) = house.journal()
    assert (entry.reason, entry.category) == ("message", "grooming")
    assert "bí mật" not in str(entry)


def test_personal_data_on_a_websocket_is_dropped_and_the_talk_goes_on(
    house: House, site: Origin
) -> None:
    house.begin_journal()
    with websocket(house, site, "good.example") as sock:
        sock.sendall(frame("sdt của mình là 0912345678") + frame("chào"))
        assert sock.recv(65536).endswith("chào".encode())
    assert wait_until(house.journal)
    (entry,) = house.journal()
    assert entry.reason == "personal_data"
    assert "0912345678" not in str(entry)


def test_answer_of_a_machine_that_grooms_is_cut_while_it_streams(
    house: House, site: Origin
) -> None:
    events = b"".join(
        b"data: "
        + json.dumps({"choices": [{"delta": {"content": line + ". "}}]}).encode()
        + b"\n\n"
        for line in GROOMING
    )
    site.pages["/stream"] = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n%s"
        % (len(events), events)
    )
    house.begin_journal()
    answer = house.get(f"http://bank.example:{site.port}/stream")
    assert "bí mật".encode() not in answer
    assert wait_until(lambda: [line.category for line in house.journal()] == ["grooming"])
    calm = b'data: {"choices": [{"delta": {"content": "hai cong hai la bon"}}]}\n\n'
    site.pages["/stream"] = page(calm, kind="text/event-stream")
    assert house.get(f"http://good.example:{site.port}/stream").endswith(calm)


def test_child_in_need_is_not_cut_off_and_an_adult_is_told(house: House, site: Origin) -> None:
    house.begin_journal()
    body = json.dumps({"prompt": "mình không muốn sống nữa, mình muốn chết"}).encode()
    head = ("Sec-Fetch-Dest: empty", f"Content-Length: {len(body)}")
    answer = post(house, site, body, "application/json", *head, place="bank.example/chat")
    assert status(answer) == 200
    (entry,) = house.journal()
    assert (entry.verdict, entry.category) == ("warn", "self_harm")


def fields(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[0].lower()


def test_page_that_a_browser_kept_is_judged_before_it_is_shown_again(
    house: House, site: Origin
) -> None:
    url = f"http://good.example:{site.port}/a"
    site.pages["/a"] = page(BETS.encode(), 'ETag: "bets"', "Cache-Control: max-age=86400")
    assert reason(house.get(url, If_None_Match='"bets"')) == "page_text"
    assert b"if-none-match" not in site.seen[-1].lower()
    site.pages["/a"] = page(CALM.encode(), 'ETag: "calm"', "Cache-Control: max-age=86400")
    assert b"cache-control: no-cache\r\n" in fields(house.get(url, If_None_Match='"old"')) + b"\r\n"
    site.pages["/a"] = b'HTTP/1.1 304 Not Modified\r\nETag: "calm"\r\nContent-Length: 0\r\n\r\n'
    assert status(house.get(url, If_None_Match='"calm"')) == 304
    assert b"if-none-match" in site.seen[-1].lower()
    # An origin that says so unasked, and another tier on another device.
    house.begin_journal()
    assert status(house.get(url, If_None_Match='"old"')) == 304
    (line,) = house.journal()
    assert (line.verdict, line.reason) == ("allow", "unjudged")
    assert reason(house.get(url, "127.0.0.6", If_None_Match='"calm"')) == "unjudged"


@pytest.mark.parametrize("body", ["text", "json", "gzip", "br"])
@pytest.mark.parametrize("send", [page, chunked], ids=["length", "chunked"])
def test_what_is_too_large_to_be_read_follows_the_tier(
    house: House, site: Origin, send: object, body: str
) -> None:
    assert callable(send)
    calm = (CALM + "".join(f"<p>tre xanh {n} mọc quanh làng</p>" for n in range(90_000))).encode()
    data, coding, kind = {
        "text": (calm, "", "text/plain"),
        "json": (json.dumps({"text": calm.decode()}).encode(), "", "application/json"),
        "gzip": (gzip.compress(calm), "gzip", "text/html"),
        "br": (brotli.compress(calm, quality=1), "br", "text/html"),
    }[body]
    assert len(calm) > 2_000_000
    answer = send(data).replace(b"text/html", kind.encode(), 1)
    coded = f"\r\nContent-Encoding: {coding}".encode() if coding else b""
    site.pages["/a"] = answer.replace(b"200 OK", b"200 OK" + coded, 1)
    url = f"http://good.example:{site.port}/a"
    house.begin_journal()
    assert whole_body(house.get(url)) == data
    (line,) = house.journal()
    assert (line.verdict, line.reason) == ("allow", "unjudged")
    assert reason(house.get(url, "127.0.0.6")) == "unjudged"


def test_picture_that_ai_made_says_so_to_the_child(house: House, site: Origin) -> None:
    pytest.importorskip("PIL", reason="needs the extra `images`")
    from tests.content.images.claims import MADE, attribute, in_jpeg, xmp
    from tests.content.images.drawn import saved, waves

    plain = saved(waves(200, 320))
    made = in_jpeg(plain, packet=xmp(attribute(MADE)))
    url = f"http://good.example:{site.port}/a.jpg"
    site.pages["/a.jpg"] = page(made, kind="image/jpeg")
    assert wait_until(lambda: not house.get(url).endswith(made), 60)  # its process starts slowly
    shown = {}
    for name, body, more in (
        ("plain", plain, {}),
        ("made", made, {"Accept_Language": "en"}),
        ("vi", made, {"Accept_Language": "vi"}),
    ):
        site.pages["/a.jpg"] = page(body, "Kidgate-Label: ai_edited", kind="image/jpeg")
        answer = house.get(url, **more)
        label = b"kidgate-label: ai_made" in fields(answer)
        assert label is (name != "plain") and b"ai_edited" not in fields(answer)
        shown[name] = answer.partition(b"\r\n\r\n")[2]
        assert look(shown[name]) == look(body)
    assert shown["plain"] == plain
    assert len({made, shown["made"], shown["vi"]}) == 3
    assert house.get(url, "127.0.0.6").endswith(made)  # a tier that does not ask for it


def test_listed_picture_is_stopped_for_everybody_and_kept_nowhere(
    house: House, site: Origin
) -> None:
    listed = house.root / "hashes.txt"
    listed.write_text(hashlib.sha256(b"of a scheme").hexdigest() + "\n")
    picture = page(canary(), kind="image/png")
    site.pages["/a.png"] = picture
    for host in ("good.example", "other.example"):  # also where an adult allowed the site
        assert house.get(f"http://{host}:{site.port}/a.png").endswith(canary())
    words = ["--home", str(house.root), "images", "add", "scheme", str(listed), "--kind", "sha256"]
    added = CliRunner().invoke(cli, words)
    assert added.exit_code == 0, added.output
    house.begin_journal()
    url = f"http://other.example:{site.port}/a.png"
    assert wait_until(lambda: reason(house.get(url)) == "illegal_material")
    assert reason(house.get(f"http://good.example:{site.port}/a.png")) == "illegal_material"
    assert {(line.reason, line.category) for line in house.journal()} == {
        ("illegal_material", "illegal")
    }
    site.pages["/c"] = page(canary(), kind="application/octet-stream")
    shown = house.get(f"http://good.example:{site.port}/c", Sec_Fetch_Dest="image")
    assert reason(shown) == "illegal_material"
    site.pages["/b.png"] = page(canary()[:-1] + b"x", kind="image/png")
    assert status(house.get(f"http://good.example:{site.port}/b.png")) == 200


def has_list(house: House) -> None:
    """From now on pictures are looked up."""
    listed = house.root / "hashes.txt"
    listed.write_text(hashlib.sha256(LARGE).hexdigest() + "\n")
    words = ["--home", str(house.root), "images", "add", "large", str(listed), "--kind", "sha256"]
    added = CliRunner().invoke(cli, words)
    assert added.exit_code == 0, added.output


LARGE = canary() + bytes(3_000_000)  # as phones take them


@pytest.mark.parametrize("send", [page, chunked], ids=["length", "chunked"])
def test_large_picture_is_judged_and_a_too_large_one_follows_the_tier(
    house: House, site: Origin, send: object
) -> None:
    assert callable(send)
    has_list(house)
    url = f"http://good.example:{site.port}/a.png"
    site.pages["/a.png"] = send(LARGE).replace(b"text/html", b"image/png", 1)
    assert wait_until(lambda: reason(house.get(url)) == "illegal_material")
    too_large = canary() + bytes(LARGEST_BYTES)
    site.pages["/a.png"] = send(too_large).replace(b"text/html", b"image/png", 1)
    house.begin_journal()
    assert whole_body(house.get(url)) == too_large
    (line,) = house.journal()
    assert (line.verdict, line.reason) == ("allow", "unjudged")
    assert reason(house.get(url, "127.0.0.6")) == "unjudged"


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, "x" * 5000)
    return file.getvalue()


EXE = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(9000)


def test_archive_that_says_it_is_a_picture_is_stopped(house: House, site: Origin) -> None:
    site.pages["/a.jpg"] = page(zipped("readme.txt"), kind="image/jpeg")
    url = f"http://good.example:{site.port}/a.jpg"
    assert reason(house.get(url)) == "content_type"
    assert reason(house.get(url, "127.0.0.6")) == "content_type"


@pytest.mark.parametrize("piece", [1, 100_000], ids=["byte by byte", "at once"])
def test_program_that_says_nothing_is_cut_before_its_first_byte(
    house: House, site: Origin, piece: int
) -> None:
    octets = b"application/octet-stream"
    site.pages["/a"] = chunked(EXE[:2000], piece).replace(b"text/html", octets, 1)
    house.begin_journal()
    answer = house.get(f"http://good.example:{site.port}/a")
    assert b"MZ" not in answer
    assert wait_until(lambda: [line.reason for line in house.journal()] == ["content_type"])


def test_document_and_unknown_file_pass_whole(house: House, site: Origin) -> None:
    url = f"http://good.example:{site.port}/a"
    document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    for body, kind in (
        (zipped("word/document.xml"), document),
        (b"MZ, here we are".ljust(9000, b"."), "application/octet-stream"),
        (b"M", "application/octet-stream"),
    ):
        site.pages["/a"] = page(body, kind=kind)
        assert house.get(url).endswith(b"\r\n\r\n" + body)


def test_help_comes_first_and_the_child_may_go_on(house: House, site: Origin) -> None:
    words = "mình không muốn sống nữa, chỉ muốn chết đi, muốn tự tử, rạch tay cho đỡ đau"
    site.pages["/diary"] = page(PAGE.format("Nhật ký", f"<p>{words}</p>").encode())
    url = f"http://good.example:{site.port}/diary"
    shown = house.get(url)
    assert reason(shown) == "page_text"
    assert PATH.encode() in shown and b"111" in shown
    other = ("Sec-Fetch-Site: cross-site", "Content-Length: 0")
    pressed = post(house, site, b"", FORM, *other, place=f"good.example{PATH}")
    assert b"Set-Cookie" not in pressed
    seen = len(site.seen)
    gone_on = post(house, site, b"", FORM, place=f"good.example{PATH}")
    assert status(gone_on) == 303
    assert len(site.seen) == seen  # the button is ours, no site hears of it
    cookie = gone_on.partition(b"Set-Cookie: ")[2].partition(b";")[0].decode()
    assert house.get(url, Cookie=cookie).endswith(site.pages["/diary"].partition(b"\r\n\r\n")[2])


def test_scan_says_what_the_proxy_does(house: House, site: Origin) -> None:
    for name, text in (("bets.html", BETS), ("calm.html", CALM)):
        path = house.root / name
        path.write_text(text)
        site.pages["/a"] = page(text.encode())
        url = f"http://good.example:{site.port}/a"
        answer = CliRunner().invoke(
            cli, ["--home", str(house.root), "scan", str(path), "--as=mai", "--url", url, "--json"]
        )
        said = json.loads(answer.stdout)
        shown = house.get(url)
        assert said["file"] == str(path)
        assert (said["verdict"] == "allow") is (status(shown) == 200)
        assert answer.exit_code == (0 if said["verdict"] == "allow" else 1)
        assert bool(said["evidence"]) is (name == "bets.html")
