"""Why an act was not done. `key` names the words that a page shows; the text is for the API."""

from __future__ import annotations


class Refused(Exception):
    status = 400
    key = "invalid"


class Invalid(Refused):
    """What was given cannot be."""


class Forbidden(Refused):
    """This person may not do or see that."""

    status = 403
    key = "forbidden"


class Unproven(Refused):
    """The sign-in is not fresh, and the password that goes with the change is missing or wrong."""

    status = 403
    key = "unproven"


class NotThere(Refused):
    """There is no such thing, or none that this person may see."""

    status = 404
    key = "not_there"


class TooMany(Refused):
    """Too often in too short a time."""

    status = 429
    key = "too_many"


class KeeperBusy(Refused):
    """The keeper does not answer."""

    status = 503
    key = "keeper_away"
