"""From a form to what an act is asked. A form says everything it has: an empty field empties."""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from flask import request

from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.gate import Act

LONGEST_NUMBER = 6  # digits


def taken[I](act: Act[I, Any], *, flags: Iterable[str] = (), **fixed: Any) -> I:
    """What an act is asked, from the fields of the form that it knows. `flags` are ticked boxes,
    which a browser leaves out when they are not; `fixed` comes from the page's address. Raises
    Invalid."""
    hints = get_type_hints(act.asked)
    values: dict[str, Any] = {}
    for name in request.form:
        hint = hints.get(name)
        if hint is None or name in fixed:
            continue
        texts = request.form.getlist(name)
        if get_origin(hint) is tuple or any(get_origin(one) is tuple for one in get_args(hint)):
            values[name] = [text for text in texts if text]
        elif texts[0] or str in _plain(hint):
            values[name] = texts[0]
        elif NoneType in _plain(hint):
            values[name] = None
    values |= {name: name in request.form for name in flags}
    try:
        return msgspec.convert(values | fixed, act.asked, strict=False)
    except msgspec.ValidationError as fault:
        raise Invalid(str(fault)) from None


def lines(name: str) -> tuple[str, ...]:
    """A list that is typed with one entry on a line, or with commas."""
    text = request.form.get(name, "").replace(",", "\n")
    return tuple(part.strip() for part in text.splitlines() if part.strip())


def whole_minutes(text: str) -> int:
    """Raises Invalid. Python refuses to read a number of thousands of digits."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise Invalid(f"`{text[:LONGEST_NUMBER]}` is no number of minutes")
    return int(text)


def back(default: str) -> str:
    """Where the form says it stood; only a page of ours."""
    place = request.form.get("back", "")
    ours = place.startswith("/") and place[1:2] not in ("/", "\\")
    return place if ours else default


def _plain(hint: Any) -> set[Any]:
    """The types that a hint may be, literal texts as `str`."""
    found = {hint, *get_args(hint)}
    for one in (hint, *get_args(hint)):
        found |= {type(value) for value in get_args(one) if not isinstance(value, type)}
        found |= set(get_args(one))
    return found
