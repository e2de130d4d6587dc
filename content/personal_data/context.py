"""What stands beside a number: the words before it in a sentence, and the name of its field.

A run of digits says little by itself. `stk 19031234567` is a bank account, `order 19031234567` is
nobody's business. Each cue below was written for text without marks (see `folding.py`).
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

import re2  # type: ignore[import-untyped]

from kidgate.content.personal_data.folding import BETWEEN, plain

BEFORE = 44  # characters before a number in which a cue counts
AFTER = 36
SHORT = 64  # up to this length a whole value belongs to its field's name


class Cue(StrEnum):
    """What words around a value say that it is."""

    PHONE = "phone"
    REACH = "reach"  # weaker: call, zalo, contact
    CITIZEN = "citizen"
    CARD = "card"
    ACCOUNT = "account"
    BANK = "bank"  # weaker: a bank's name, "tài khoản"
    CODE = "code"
    BIRTH = "birth"
    PLACE = "place"
    ADDRESS = "address"
    EMAIL = "email"
    PASSWORD = "password"
    NUMBER = "number"  # of an order or a thing: nothing personal, whatever it looks like
    AMOUNT = "amount"  # a price, a moment, a count: nothing personal, unless its shape is sure
    KEY = "key"  # an identifier of a machine


BANKS = (
    "vietcombank|vcb|techcombank|tcb|bidv|agribank|vietinbank|viettinbank|ctg|mb ?bank|mb|acb"
    "|tp ?bank|sacombank|vp ?bank|vib|shb|hd ?bank|ocb|msb|seabank|eximbank|lp ?bank"
    "|lienvietpostbank|nam ?a ?bank|pvcombank|ab ?bank|bac ?a ?bank|bvbank|kienlongbank|cake"
    "|timo|momo|zalo ?pay|viettel ?money|shinhan|woori|hsbc|ngan hang|bank"
)
_CUES = {
    Cue.NUMBER: (
        "don hang|ma don|van don|ma hang|ma sp|ma san pham|ma so thue|mst|ma vach|hoa don|orders?"
        "|tracking|invoice|parcel|shipment|sku|barcode|upc|ean|gtin|isbn|issn|serial|imei|ticket"
        "|version|phien ban|pmid|doi|bien lai|receipt|booking|bug|issue|model|part no|seri"
    ),
    Cue.AMOUNT: (
        "ver|gia|price|amount|total|tong|timestamp|time|date|so tien|views?|luot xem|followers?"
        "|size|score|diem|count"
    ),
    Cue.KEY: (
        "(?:fb|user|ad|post|page|item|video|u|s|c|g)?_?id|uuid|token|hash|sig|signature|session"
        "|nonce|trace|request|seq|key"
    ),
    Cue.PHONE: (
        "s ?d ?t|so ?(?:dien ?thoai|d ?t|phone|zalo|di ?dong|mobile)|dien ?thoai|dtdd|phones?"
        "|phone ?(?:no|number)|tel|telephone|mobile|cell|cellphone|hotline|whats ?app|msisdn|fax"
        "|so cua (?:em|minh|con|toi|tui|to|tao|chau|me|bo|ba)|so (?:em|minh|con|me|bo|ba)"
    ),
    Cue.REACH: "dt|goi|alo|lien he|nhan tin|zalo|viber|sms|call|text|contact|ib|inbox|reach|ring",
    Cue.CITIZEN: (
        "cccd|cmnd|cmt|cmtnd|can cuoc|can cuoc cong dan|chung minh(?: nhan dan| thu)?|dinh danh"
        "|so dinh danh|citizen(?: id)?|identity|id ?card|id ?(?:no|number)|national ?id|personal id"
        "|gplx|ho chieu"
    ),
    Cue.CARD: (
        "so the|the (?:visa|ngan hang|tin dung|atm|napas|master(?:card)?)|card|cards|visa"
        "|master ?card|amex|jcb|napas|card ?(?:no|number)|cardnumber|credit|debit|pan"
    ),
    Cue.ACCOUNT: (
        "stk|so tk|so tai khoan|tk ngan hang|tai khoan ngan hang|account ?(?:no|number)|acct|iban"
        "|bank ?(?:account|acc|number)|accountnumber|acc ?no"
    ),
    Cue.BANK: f"tai khoan|tk|chuyen khoan|ck|account|{BANKS}",
    Cue.CODE: (
        "otp(?: ?code)?|ma ?(?:otp|xac ?(?:nhan|thuc|minh)|kich hoat|dang nhap|bao mat|pin)"
        "|one.?time|(?:verification|verify|security|login|log.in|confirmation|confirm|access|auth"
        "|authentication|sms|activation|2fa|mfa) ?(?:code|pin)|passcode|totp"
        "|(?:the|my) code(?: (?:they|you|he|she|it|we) (?:sent|texted|gave)(?: me| us)?)? is"
    ),
    Cue.BIRTH: (
        "sinh|ngay ?(?:thang ?)?(?:nam ?)?sinh|sinh ?nhat|birth ?day|birth ?date|birth|b ?day"
        "|date ?of ?birth|dob|born|ntns|sn"
    ),
    Cue.PLACE: (
        "toa do|vi tri|dinh vi|location|locations?|lat|lng|lon|latitude|longitude|long|gps|geo"
        "|coords?|coordinates?|latlng|latlon|position|maps?|point"
    ),
    Cue.ADDRESS: "dia ?chi|address|addr|street|duong|so ?nha|noi o|cho o|thuong tru|tam tru",
    Cue.EMAIL: "e ?mail|mail|gmail",
    Cue.PASSWORD: "password|passwd|pwd|pass|passphrase|mat ?khau|mk|passcode",
}
_NOTHING = frozenset({Cue.NUMBER, Cue.AMOUNT})
DULL = _NOTHING | {Cue.KEY}  # cues that make nothing personal
# What says less as the name of a field than in a sentence, and more.
_NOT_IN_NAMES = frozenset({Cue.BANK, Cue.REACH})
_CHANCE = re.compile(
    r"(?<![a-z])(?:rnd|rand|random|correlator|no ?cache|cache ?buster|cb|slot ?names?|ord|nonce)"
    r"(?![a-z])"
)
# Names of fields run words together: `txtsdt`, `customerphone`.
_INSIDE = {
    Cue.PHONE: ("phone", "mobile", "sodienthoai", "txtsdt", "sosdt", "usersdt", "dienthoai"),
    Cue.CITIZEN: ("cccd", "cmnd", "cancuoc", "dinhdanh", "nationalid", "citizenid"),
    Cue.CARD: ("ccnum", "cardnumber", "cardno", "creditcard", "sothe"),
    Cue.ACCOUNT: ("sotaikhoan", "accountnumber", "accountno", "bankaccount", "iban"),
    Cue.CODE: ("otp", "verificationcode", "verifycode", "maxacnhan", "maxacthuc", "onetimecode"),
    Cue.BIRTH: ("birth", "ngaysinh", "sinhnhat", "namsinh"),
    Cue.PLACE: ("latitude", "longitude", "latlng", "toado"),
    Cue.ADDRESS: ("diachi", "address", "street"),
    Cue.EMAIL: ("email",),
    Cue.PASSWORD: ("password", "passwd", "matkhau"),
}
# Words that hold one of those by chance.
_NOT_INSIDE = re.compile("(?:ip|mac|web|wallet|contract|hotpot|headphone|microphone|smartphone)")
_SAID = re.compile(
    r"(?<![a-z0-9])(?:"
    + "|".join(f"(?P<{cue.value}>(?:{words}))" for cue, words in _CUES.items())
    + r")(?![a-z])"
)
_ANY = re2.compile(
    ("(?:^|[^a-z0-9])(?:" + "|".join(words for words in _CUES.values()) + ")").encode("ascii")
)
_ALONE = {cue: re.compile(rf"(?<![a-z])(?:{words})(?![a-z])") for cue, words in _CUES.items()}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 200
_AFTER_CODE = re.compile(
    r"\s?(?:la|is|=)\s.{0,16}?\b"
    r"(?:otp|ma xac|ma kich hoat|verification|(?:login|security|your) code)"
)
_AFTER_BANK = re.compile(rf"[\s,:(-]{{1,3}}(?:tai |nh |o |at )?(?:{BANKS})\b")
_UNIT = re.compile(
    r"\s?(?:d|vnd|dong|usd|k|tr|trieu|ty|nghin|ngan(?! hang)|%|\$|€|kg|km|m2|ml|mg|phut|giay|gio"
    r"|ngay|thang|nam|minutes?|seconds?|hours?|days?|points?|diem|views?|luot|lan|nguoi|people|likes?|bytes|kb|mb)"
    r"(?![a-z0-9])"
)


def cue_places(text: str) -> list[int]:
    """Where cues may begin in a plain text, in order: one fast look over a long text that saves
    many slow ones."""
    found = _ANY.finditer(text.encode("ascii", "replace"))
    return [match.start() for match in found]


def said_before(text: str, start: int) -> frozenset[Cue]:
    """The cues in the words before a place of a plain text; a later `order` undoes an earlier
    `phone`, and the other way round."""
    found: set[Cue] = set()
    first = max(0, start - BEFORE, text.rfind(BETWEEN, max(0, start - BEFORE), start))
    for match in _SAID.finditer(text, first, start):
        cue = Cue(match.lastgroup or "")
        if cue in _NOTHING:
            found = {cue}
        else:
            found -= _NOTHING
            found.add(cue)
    return frozenset(found)


def said_after(text: str, end: int) -> frozenset[Cue]:
    """The cues in the words behind it: `123456 is your code`, `1903... Techcombank`, `... đồng`."""
    rest = text[end : end + AFTER]
    if _UNIT.match(rest):
        return frozenset({Cue.AMOUNT})
    found = {Cue.CODE} if _AFTER_CODE.match(rest) else set()
    return frozenset(found | ({Cue.BANK} if _AFTER_BANK.match(rest) else set()))


@lru_cache(maxsize=2048)
def cues_of_name(name: str) -> frozenset[Cue]:
    """What the name of a field says of its value."""
    if name == "_":
        return frozenset({Cue.KEY})
    words = name_words(name)
    found = {cue for cue, pattern in _ALONE.items() if pattern.search(words)} - _NOT_IN_NAMES
    if _CHANCE.search(words):
        return frozenset({Cue.NUMBER})
    glued = words.replace(" ", "")
    if not _NOT_INSIDE.search(glued):
        found |= {cue for cue, parts in _INSIDE.items() if any(p in glued for p in parts)}
    else:
        found -= {Cue.ADDRESS, Cue.PHONE, Cue.CODE}
    if any(word.endswith(("id", "ids")) for word in words.split()):
        found.add(Cue.KEY)
    if Cue.CODE in found and "passcode" not in glued:
        found.discard(Cue.PASSWORD)
    positive = found - DULL
    return frozenset(positive or found)


def name_words(name: str) -> str:
    """`customer[phoneNumber]` -> `customer phone number`."""
    return _NO_WORD.sub(" ", plain(_CAMEL.sub(" ", name[:_LONGEST_NAME]))).strip()
