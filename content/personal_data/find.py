"""What personal data a request or a message would tell: kinds, never the data itself."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from kidgate.content.personal_data.bodies import fields_of, message_fields
from kidgate.content.personal_data.context import Cue, name_words
from kidgate.content.personal_data.fields import LIMITS, Field, Fields, Limits
from kidgate.content.personal_data.folding import BETWEEN, fold
from kidgate.content.personal_data.kinds import Kind
from kidgate.content.personal_data.known import own_kinds
from kidgate.content.personal_data.own import OwnData
from kidgate.content.personal_data.places import is_latitude, is_longitude
from kidgate.content.personal_data.shapes import spans

# What a log-in tells; with more than that beside the password it is a new account.
_LOGS_IN_WITH = frozenset({Kind.PHONE, Kind.EMAIL, Kind.OTP, Kind.CITIZEN_ID, Kind.NAME})
_LATITUDE = re.compile(r"(?:^| )(?:lat|latitude|vido|vi do)$")
_LONGITUDE = re.compile(r"(?:^| )(?:lng|lon|long|longitude|kinhdo|kinh do)$")
_SHORT = 24  # characters of a degree, a year, a day
_YEAR = re.compile(r"(?:19[2-9]|20[0-4])[0-9]")
_DAY_OR_MONTH = re.compile(r"0?[1-9]|[12][0-9]|3[01]")


@dataclass(frozen=True, slots=True)
class Found:
    """What goes out, in kinds. `unread` is empty, or why not everything was looked at."""

    kinds: tuple[str, ...] = ()
    logging_in: bool = False
    unread: str = ""


NOTHING = Found()


def find(
    body: bytes,
    content_type: str = "",
    query: str = "",
    own: OwnData | None = None,
    limits: Limits = LIMITS,
) -> Found:
    """What a request tells in its body (decoded: no gzip) and its query (without `?`)."""
    if not body and not query:
        return NOTHING
    return judged(fields_of(body, content_type, query, limits=limits), own)


def find_message(
    message: str | bytes, own: OwnData | None = None, limits: Limits = LIMITS
) -> Found:
    """What a WebSocket message tells."""
    return judged(message_fields(message, limits=limits), own) if message else NOTHING


def judged(fields: Fields, own: OwnData | None) -> Found:
    """What fields tell that somebody else took apart."""
    # What no name speaks for is searched as one text: most of a request, in one go.
    nameless = BETWEEN.join({field.value: None for field in fields.found if not field.cues})
    named = {(field.value, field.cues): None for field in fields.found if field.cues}
    kinds = {span.kind for span in spans(fold(nameless))}
    kinds |= {span.kind for value, cues in named for span in spans(fold(value), cues)}
    kinds |= _split_kinds(fields.found)
    if own is not None:
        everything = fold(BETWEEN.join(field.value for field in fields.found))
        of_child, complete = own_kinds(everything, own, fields.limits)
        kinds |= of_child
        if not complete:
            fields.leave("too many words")
    secrets = 0 < fields.passwords < 2 or fields.codes > 0
    return Found(
        kinds=tuple(sorted(kind.value for kind in kinds)),
        logging_in=secrets and kinds <= _LOGS_IN_WITH,
        unread=fields.unread,
    )


def _split_kinds(fields: list[Field]) -> set[Kind]:
    """What takes several fields to say: latitude and longitude; day, month and year of a birth."""
    found: set[Kind] = set()
    places: defaultdict[int, set[str]] = defaultdict(set)
    births: defaultdict[int, set[str]] = defaultdict(set)
    for field in fields:
        if len(field.value) > _SHORT or not field.cues & {Cue.PLACE, Cue.BIRTH}:
            continue
        words = name_words(field.name)
        if _LATITUDE.search(words) and is_latitude(field.value):
            places[field.group].add("latitude")
        elif _LONGITUDE.search(words) and is_longitude(field.value):
            places[field.group].add("longitude")
        elif Cue.BIRTH in field.cues:
            if _YEAR.fullmatch(field.value):
                births[field.group].add("year")
            elif _DAY_OR_MONTH.fullmatch(field.value):
                births[field.group].add("day")
    if any(len(said) == 2 for said in places.values()):
        found.add(Kind.LOCATION)
    if any(len(said) == 2 for said in births.values()):
        found.add(Kind.BIRTHDAY)
    return found
