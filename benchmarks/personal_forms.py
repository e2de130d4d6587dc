"""Made-up requests: with personal data in every shape and body, and with numbers that are none.

Names, numbers and places are drawn by a seed. Nobody's: they only have the form.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote_plus

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BOUNDARY = "----WebKitFormBoundaryABC123"


class Sent(NamedTuple):
    """One request or message, and what it tells."""

    kind: str  # empty: nothing
    value: str  # for whoever looks at a miss
    body: bytes
    content_type: str
    query: str = ""
    socket: bool = False


# --- bodies ---


def urlencoded(name: str, value: str) -> Sent:
    pairs = {"lang": "vi", name: value, "submit": "1"}
    text = "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in pairs.items())
    return Sent("", value, text.encode(), FORM)


def query(name: str, value: str) -> Sent:
    return Sent("", value, b"", "", f"v=2&{quote_plus(name)}={quote_plus(value)}")


def multipart(name: str, value: str) -> Sent:
    parts = [("lang", "vi"), (name, value)]
    text = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
        for n, v in parts
    )
    picture = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="p"; filename="p.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode() + bytes(range(256))
    end = f"\r\n--{BOUNDARY}--\r\n".encode()
    return Sent(
        "", value, text.encode() + picture + end, f"multipart/form-data; boundary={BOUNDARY}"
    )


def flat_json(name: str, value: str) -> Sent:
    return Sent("", value, json.dumps({"v": 2, name: value}).encode(), JSON)


def nested_json(name: str, value: str) -> Sent:
    tree = {"data": {"items": [{"id": 7, "fields": {name: value}}]}, "at": 1763870000123}
    return Sent("", value, json.dumps(tree, ensure_ascii=False).encode(), f"{JSON}; charset=utf-8")


def pairs_json(name: str, value: str) -> Sent:
    tree = [{"name": "lang", "value": "vi"}, {"name": name, "value": value}]
    return Sent("", value, json.dumps(tree).encode(), JSON)


def graphql_variables(name: str, value: str) -> Sent:
    tree = {"query": "mutation S($i: In!) { save(input: $i) { id } }", "variables": {name: value}}
    return Sent("", value, json.dumps(tree).encode(), JSON)


def graphql_inline(name: str, value: str) -> Sent:
    said = f"mutation {{ save({name}: {json.dumps(value, ensure_ascii=False)}) {{ id }} }}"
    return Sent("", value, json.dumps({"query": said}).encode(), JSON)


def plain(name: str, value: str) -> Sent:
    return Sent("", value, f"{name}: {value}".encode(), "text/plain;charset=UTF-8")


def lines(name: str, value: str) -> Sent:
    text = json.dumps({"event": "open"}) + "\n" + json.dumps({name: value}) + "\n"
    return Sent("", value, text.encode(), "application/x-ndjson")


def socket_json(name: str, value: str) -> Sent:
    return Sent("", value, json.dumps({"op": "send", name: value}).encode(), "", socket=True)


def socket_io(name: str, value: str) -> Sent:
    return Sent("", value, f"42{json.dumps(['message', {name: value}])}".encode(), "", socket=True)


BODIES: dict[str, Callable[[str, str], Sent]] = {
    "urlencoded": urlencoded,
    "query": query,
    "multipart": multipart,
    "JSON": flat_json,
    "JSON, nested": nested_json,
    "JSON, pairs": pairs_json,
    "GraphQL variables": graphql_variables,
    "GraphQL inline": graphql_inline,
    "text": plain,
    "JSON lines": lines,
    "WebSocket": socket_json,
    "Socket.IO": socket_io,
}

# --- personal data ---

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
_GIVEN = ("Mai", "An", "Bình", "Linh", "Hùng", "Trang", "Đức", "Thảo")
_STREETS = ("Láng", "Nguyễn Trãi", "Lê Lợi", "Trần Phú", "Hai Bà Trưng", "Cách Mạng Tháng Tám")
_WARDS = ("Láng Thượng", "Bến Nghé", "Phú Hòa", "Cầu Ông Lãnh", "Tân Định", "An Khánh")
_DISTRICTS = ("Đống Đa", "Ninh Kiều", "Hải Châu", "Thanh Xuân", "Bình Thạnh", "Gò Vấp")
_MOBILE = (
    "032",
    "036",
    "038",
    "039",
    "070",
    "077",
    "079",
    "081",
    "085",
    "090",
    "091",
    "096",
    "098",
)
_PROVINCES = ("001", "031", "048", "056", "079", "092")
_MAIL = ("gmail.com", "yahoo.com.vn", "outlook.com", "hs.truong.edu.vn", "icloud.com")


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _phone(rng: random.Random) -> str:
    n = rng.choice(_MOBILE) + _digits(rng, 7)
    ways = (
        n,
        f"{n[:4]} {n[4:7]} {n[7:]}",
        f"{n[:4]}.{n[4:7]}.{n[7:]}",
        f"{n[:3]}-{n[3:6]}-{n[6:]}",
        f"+84{n[1:]}",
        f"+84 {n[1:3]} {n[3:6]} {n[6:]}",
        f"(+84) {n[1:]}",
        f"0084{n[1:]}",
        f"024 {rng.choice('36')}{_digits(rng, 3)} {_digits(rng, 4)}",
        f"(028) {rng.choice('36')}{_digits(rng, 7)}",
        f"+1 415 {rng.randint(200, 999)} {_digits(rng, 4)}",
        f"+44 7911 {_digits(rng, 5)}1",
    )
    return rng.choice(ways)


def _citizen(rng: random.Random) -> str:
    year = rng.choice(("05", "12", "16", "18"))
    n = rng.choice(_PROVINCES) + rng.choice("23") + year + _digits(rng, 6)
    return rng.choice((n, n, f"{n[:3]} {n[3:6]} {n[6:9]} {n[9:]}"))


def _card(rng: random.Random) -> str:
    body = rng.choice(("4", "51", "55", "2221", "3528", "9704", "6011"))
    body += _digits(rng, 15 - len(body))
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(body))
    n = body + str(-total % 10)
    return rng.choice(
        (n, f"{n[:4]} {n[4:8]} {n[8:12]} {n[12:]}", "-".join((n[:4], n[4:8], n[8:12], n[12:])))
    )


def _mail(rng: random.Random) -> str:
    who = rng.choice(("mai.nguyen", "be_an", "linh", "hung.tran", "trang-le")) + _digits(rng, 3)
    return f"{who}@{rng.choice(_MAIL)}"


def _account(rng: random.Random) -> str:
    return rng.choice("123456789") + _digits(rng, rng.randint(8, 13))


def _code(rng: random.Random) -> str:
    return rng.choice("3456789") + _digits(rng, rng.choice((3, 5, 5, 5, 7)))


def _place(rng: random.Random) -> str:
    latitude, longitude = rng.uniform(8.6, 23.3), rng.uniform(102.2, 109.4)
    return rng.choice(
        (
            f"{latitude:.6f},{longitude:.6f}",
            f"{latitude:.4f}, {longitude:.4f}",
            f"{latitude:.6f} {longitude:.6f}",
            f"@{latitude:.7f},{longitude:.7f},17z",
            f"48.{_digits(rng, 6)}, 2.{_digits(rng, 6)}",
            f"-33.{_digits(rng, 6)}, 151.{_digits(rng, 6)}",
            f"21°01'{rng.randint(10, 59)}.5\"N 105°51'{rng.randint(10, 59)}.2\"E",
        )
    )


def _address(rng: random.Random) -> str:
    house, street = rng.randint(1, 300), rng.choice(_STREETS)
    ward, district = rng.choice(_WARDS), rng.choice(_DISTRICTS)
    return rng.choice(
        (
            f"số {house} đường {street}, phường {ward}, quận {district}",
            f"{house}/{rng.randint(1, 20)} {street}, P. {ward}, Q. {district}, TP.HCM",
            f"so {house} ngo {rng.randint(2, 40)} duong lang, phuong lang thuong, quan dong da",
            f"số nhà {house}, ngõ {rng.randint(2, 90)} phố {street}, quận {district}, Hà Nội",
            f"{house} đường {street}, xã {ward}, huyện {district}",
            f"{house} Baker Street, London, NW{rng.randint(1, 9)} 6XE",
            f"{house} Evergreen Terrace, Springfield, OR {_digits(rng, 5)}",
        )
    )


def _birthday(rng: random.Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2008, 2019)
    return rng.choice(
        (
            f"{day}/{month}/{year}",
            f"{day:02}-{month:02}-{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day} tháng {month} năm {year}",
            f"{day}.{month}.{year}",
            f"May {day}, {year}",
        )
    )


class Shape(NamedTuple):
    """How one kind of data is written, in fields and in sentences."""

    make: Callable[[random.Random], str]
    names: tuple[str, ...]
    says: tuple[str, ...]  # with a place for it


SHAPES: dict[str, Shape] = {
    "phone": Shape(
        _phone,
        (
            "phone",
            "sdt",
            "phoneNumber",
            "so_dien_thoai",
            "user[mobile]",
            "tel",
            "contact",
            "field_7",
        ),
        ("gọi em số {} nhé", "sđt: {}", "my number is {}", "Zalo mẹ tớ {} ạ", "{}"),
    ),
    "citizen_id": Shape(
        _citizen,
        ("cccd", "citizen_id", "soCCCD", "id_number", "cmnd", "field_3"),
        ("số cccd của em là {}", "CCCD {} cấp ngày 1/2/2024", "căn cước: {}", "{}"),
    ),
    "card": Shape(
        _card,
        ("card", "cardNumber", "cc-number", "so_the", "pan", "field_9"),
        ("số thẻ của mẹ là {}", "card number {} exp 12/27", "thẻ visa {}", "{}"),
    ),
    "email": Shape(
        _mail,
        ("email", "mail", "userEmail", "contact", "field_1"),
        ("mail em là {}", "email me at {}, ok?", "gửi vào {} nha", "{}"),
    ),
    "bank_account": Shape(
        _account,
        ("stk", "accountNumber", "so_tai_khoan", "bank_account", "account_no"),
        ("stk {} Vietcombank", "chuyển khoản vào {} ngân hàng MB", "số tài khoản: {}", "TCB {}"),
    ),
    "otp": Shape(
        _code,
        ("otp", "otpCode", "verification_code", "ma_xac_nhan", "maOTP"),
        ("mã OTP của em là {}", "{} is your verification code", "mã xác nhận: {}", "otp {} nha"),
    ),
    "location": Shape(
        _place,
        ("location", "latlng", "gps", "coords", "toa_do"),
        ("em đang ở {}", "vị trí: {}", "https://maps.example/{}", "here: {}"),
    ),
    "address": Shape(
        _address,
        ("address", "dia_chi", "shippingAddress", "diaChi", "street_address"),
        ("nhà em ở {}", "địa chỉ: {}", "ship về {} giúp mình", "I live at {}", "{}"),
    ),
    "birthday": Shape(
        _birthday,
        ("birthday", "dob", "ngay_sinh", "dateOfBirth", "ngaySinh", "bday"),
        (
            "em sinh ngày {}",
            "sinh nhật mình là {}",
            "my birthday is {}",
            "ngày sinh: {}",
            "born {}",
        ),
    ),
}


def personal(rounds: int, seed: int = 1) -> Iterator[tuple[str, Sent]]:
    """Requests that tell something, each with the name of its body: for every shape and body
    `rounds` in fields and `rounds` in sentences."""
    rng = random.Random(seed)
    for kind, shape in SHAPES.items():
        for way, body in BODIES.items():
            for _ in range(rounds):
                value = shape.make(rng)
                yield way, body(rng.choice(shape.names), value)._replace(kind=kind)
                said = rng.choice(shape.says).format(shape.make(rng))
                name = rng.choice(("message", "text", "q", "content", "comment"))
                yield way, body(name, said)._replace(kind=kind)


# --- nothing personal ---


def _filled(pattern: str) -> Callable[[random.Random], str]:
    """What writes a pattern: `#` a digit, `1` a digit that is no zero, `x` a hexadecimal one."""
    sets = {"#": "0123456789", "1": "123456789", "x": "0123456789abcdef"}

    def make(rng: random.Random) -> str:
        return "".join(rng.choice(sets[c]) if c in sets else c for c in pattern)

    return make


def _drawing(rng: random.Random) -> str:
    return " ".join(f"L{rng.uniform(1, 99):.3f},{rng.uniform(1, 99):.3f}" for _ in range(3))


HARMLESS: dict[str, Callable[[random.Random], str]] = {
    "order_id": lambda r: rng_digits(r, 10, 16),
    "orderNumber": _filled("DH-##########"),
    "order": lambda r: f"#{rng_digits(r, 9, 9)}",
    "tracking": _filled("SPXVN############"),
    "tracking_number": _filled("1###########"),
    "parcel": _filled("EA#########VN"),
    "ts": lambda r: str(1763800000000 + r.randrange(10**9)),
    "timestamp": lambda r: str(1763800000 + r.randrange(10**6)),
    "at": lambda r: f"2026-11-{r.randint(10, 28)}T{r.randint(10, 23)}:{r.randint(10, 59)}:00.123Z",
    "price": _filled("1#####000"),
    "total": _filled("1##.###.### đ"),
    "sum": _filled("1.###.### VND"),
    "text": _filled("giá 1##.###đ, còn 1# cái"),
    "version": _filled("11.0.1###.1##"),
    "ua": _filled("Mozilla/5.0 (X11; Linux x86_64) Chrome/1##.0.1###.0"),
    "request_id": _filled("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
    "sid": _filled("x" * 32),
    "_ga": lambda r: f"GA1.2.{_digits(r, 9)}.{1763800000 + r.randrange(10**6)}",
    "fbid": lambda r: rng_digits(r, 15, 17),
    "video": _filled("x" * 11),
    "score": lambda r: str(r.randrange(10**6)),
    "path": _drawing,
    "points": lambda r: ", ".join(f"{r.uniform(1, 90):.5f}" for _ in range(6)),
    "size": _filled("1###x1##"),
    "answer": _filled("1## + 1## = 1###"),
    "comment": _filled("kết quả ## ## ## ## ##"),
    "q": _filled("iphone 1# pro 1##gb giá 1# triệu"),
    "isbn": _filled("978-##########"),
    "sku": lambda r: rng_digits(r, 8, 13),
    "ip": _filled("1##.1#.1#.1#"),
    "mac": _filled("xx:xx:xx:xx:xx:xx"),
    "mail_subject": _filled("Bài tập tuần 1# (trang 1#-1##)"),
    "date": lambda r: f"{r.randint(1, 28)}/{r.randint(1, 12)}/2026",
    "package": _filled("react@1#.#.#"),
    "image": _filled("logo_1#@2x.png"),
    "note": _filled("trận đấu lúc 1#h##, tỉ số #-#"),
    "lesson": _filled("năm 1### có 1#### quân ở thành Gia Định"),
    "message": _filled("mình ở lớp 1A, thích phở số 1# đường phố"),
    "views": _filled("1##.###.### lượt xem"),
    "x": lambda r: f"{r.uniform(-500, 500):.4f}",
    "token": _filled("x" * 64),
}


def rng_digits(rng: random.Random, least: int, most: int) -> str:
    """A number of so many digits, no zero first."""
    return rng.choice("123456789") + _digits(rng, rng.randint(least, most) - 1)


def harmless(rounds: int, seed: int = 2) -> Iterator[tuple[str, Sent]]:
    """Requests that tell nothing, each with the name of what is in it: `rounds` in every body."""
    rng = random.Random(seed)
    for name, make in HARMLESS.items():
        for body in BODIES.values():
            for _ in range(rounds):
                yield name, body(name, make(rng))
