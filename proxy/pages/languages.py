"""Which language a page speaks."""

from __future__ import annotations

LANGUAGES = ("vi", "en")
MAX_RANGES = 20  # a browser sends a handful; the rest of a long header is not read
MAX_BYTES = 1000


def choose_language(own: str, accept_language: str, house: str) -> str:
    """The reader's own language, else the browser's best (RFC 9110, 12.5.4), else the house's."""
    if own in LANGUAGES:
        return own
    wanted = _wanted(accept_language[:MAX_BYTES])
    if wanted:
        return max(wanted, key=lambda language: wanted[language])
    return house if house in LANGUAGES else LANGUAGES[0]


def _wanted(header: str) -> dict[str, float]:
    """Our languages with their highest weight, in the order of the header."""
    found: dict[str, float] = {}
    for part in header.split(",")[:MAX_RANGES]:
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().partition("-")[0].lower()
        weight = _weight(parameter)
        if language in LANGUAGES and weight > 0:
            found[language] = max(weight, found.get(language, 0.0))
    return found


def _weight(parameter: str) -> float:
    """`q=0.5`; a malformed one counts as 0, no parameter as 1."""
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    digits = value.strip()
    if name.strip().lower() != "q" or not digits.replace(".", "", 1).isdecimal():
        return 0.0
    if not digits.isascii() or float(digits) > 1:
        return 0.0
    return float(digits)
