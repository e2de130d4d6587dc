"""Days of birth: a day with words before it, or a field's name, that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from kidgate.content.personal_data.context import SHORT, Cue
from kidgate.content.personal_data.days import days_in
from kidgate.content.personal_data.kinds import Kind, Span

_BEFORE = 28
_WIDER = 60
_YOUNG = 2000
_OWN = re.compile(
    r"(?<![a-z])(?:em|minh|to|tui|toi|con|chau|tao|my|i|me|bo|ba|ong|co|cua|nha)(?![a-z])"
)
_SAID = re.compile(
    r"(?<![a-z])(?:sinh(?: ?nhat)?|ngay ?(?:thang ?)?(?:nam ?)?sinh|birth ?days?|birth ?date|b ?day"
    r"|date of birth|dob|born|ntns|sn)(?![a-z])(?P<rest>[^0-9\n.!?;\x1f]*)$"
)
# What else: biology, due dates, giving birth, babies and others that are not the writer.
_ELSE = re.compile(
    r"(?:phat|san|ky|hoc|moi|so|bam|du|tien|tai) $"
    r"|(?<![a-z])(?:be|baby|con (?:em|toi|minh|gai|trai|dau|chau)"
    r"|chau (?:nha|em|gai|trai)|dau long|vo|chong)(?![a-z])"
)
_GIVING = re.compile(r" ?(?:mo|thuong|con|em be|be|non|doi|o benh vien)(?![a-z])")


def births(plain: str, named: frozenset[Cue]) -> Iterator[Span]:
    """Days of birth in a plain text. `named`: what its field is called."""
    about = Cue.BIRTH in named and len(plain) <= SHORT
    if not about and not _may_say(plain):
        return
    for day in days_in(plain):
        if about or (not day.packed and _said(plain, day.start, day.days)):
            yield Span(Kind.BIRTHDAY, day.start, day.end)


def _may_say(plain: str) -> bool:
    return any(word in plain for word in ("sinh", "birth", "born", "dob", "bday", "sn", "ntns"))


def _said(plain: str, start: int, days: tuple[date, ...]) -> bool:
    before = plain[max(0, start - _BEFORE) : start]
    found = _SAID.search(before)
    if found is None or _GIVING.match(found["rest"]):
        return False
    subject = plain[max(0, start - _WIDER) : start - len(before) + found.start()]
    if _ELSE.search(subject):
        return False
    # Who is written about and was born long ago is somebody known, unless it is one's own family.
    return days[0].year >= _YOUNG or _OWN.search(subject) is not None or not subject.strip()
