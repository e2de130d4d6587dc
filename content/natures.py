"""What a file is by its first bytes, where that tells more than its Content-Type.

Of programs always, whatever they are called; of archives only where the type names a picture, a
film, a sound, a text or nothing: documents and books are archives too, under names of their own.
Signatures: IANA's media types and the formats' own specifications.
"""

from __future__ import annotations

HEAD_BYTES = 4096  # enough to see what an archive begins with
APK = "application/vnd.android.package-archive"
PROGRAM = "application/vnd.microsoft.portable-executable"
ZIP = "application/zip"
# Said of whatever is to be downloaded.
_NOTHING = frozenset(
    ("", "application/octet-stream", "binary/octet-stream", "application/force-download")
)
_OTHERS = ("image/", "video/", "audio/", "text/", "font/")
_ARCHIVES = (
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
)
_TORRENT = (b"d8:announce", b"d7:comment", b"d10:created by", b"d13:announce-list")
_BEGINNINGS = frozenset((b"MZ", b"PK", b"7z", b"Ra", b"d8", b"d7", b"d1"))
_HEADER_WITHIN = 0x10000  # bytes; letters in its place say far more
_OF_AN_APP = (b"AndroidManifest.xml", b"classes.dex", b"META-INF/com/android")


def nature(head: bytes, said: str) -> str:
    """A media type, lower case, when it is another than `said` (lower case, no parameters); empty:
    the bytes say nothing more. `head` is the beginning, its coding undone."""
    found = _program(head) or (_archive(head) if _says_little(said) else "")
    return found if found != said else ""


def may_say_more(head: bytes) -> bool:
    """Whether more bytes may tell what these do not."""
    return len(head) < HEAD_BYTES and (len(head) < 2 or head[:2] in _BEGINNINGS)


def _says_little(said: str) -> bool:
    return said in _NOTHING or said.startswith(_OTHERS)


def _program(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04") and any(name in head[:HEAD_BYTES] for name in _OF_AN_APP):
        return APK
    if head.startswith(b"MZ") and _has_pe_header(head):
        return PROGRAM
    return ""


def _has_pe_header(head: bytes) -> bool:
    """`MZ` alone begins many a text; at 0x3c stands where the header is (PE format, section 3)."""
    at = int.from_bytes(head[0x3C:0x40], "little")
    if len(head) < 0x40 or at > _HEADER_WITHIN:
        return False
    return head[at : at + 4] == b"PE\0\0" or at + 4 > len(head)


def _archive(head: bytes) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZIP
    if head.startswith(_TORRENT):
        return "application/x-bittorrent"
    return next((kind for magic, kind in _ARCHIVES if head.startswith(magic)), "")
