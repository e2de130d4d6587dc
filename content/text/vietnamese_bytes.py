"""VISCII and TCVN 5712, two Vietnamese one-byte encodings that neither browsers nor Python know.

Pages in them are still about: VISCII was for Unix and mail, TCVN 5712 (VN3, "ABC") is what the
`.Vn...` fonts show, on pages that call themselves windows-1252 or nothing at all.
"""

from __future__ import annotations

# RFC 1456, bytes 0x80 to 0xFF.
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "Õắằặấầẩậẽẹếềểễệốồổỗ"
    "ỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_LOW = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
# TCVN 5712:1993 VN2, bytes 0x80 to 0xFF; VN3 is the part of it that the fonts fill. Five bytes are
# combining tone marks.
_TCVN = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò"
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)


def _table(upper: str, low: dict[int, str]) -> str:
    return "".join(low.get(byte, chr(byte)) for byte in range(128)) + upper


# By encoding: 256 characters, a decoding table for codecs.charmap_decode.
TABLES = {"viscii": _table(_VISCII, _VISCII_LOW), "tcvn3": _table(_TCVN, {})}
