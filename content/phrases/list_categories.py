"""What lists of e2guardian and DansGuardian are about, in the words of our categories.

Their folders say it (`phraselists/ukenglish/drugadvocacy/weighted`), and `#listcategory:` lines. A
name that is not known here stays: its phrases count where a tier has a limit for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kidgate.policies.phrases import EVERY

KNOWN: Mapping[str, str] = {
    "adult": "adult",
    "googlesearches": "adult",
    "nudism": "adult",
    "porn": "adult",
    "pornografia": "adult",
    "pornography": "adult",
    "restrictedtoadultstag": "adult",
    "rta": "adult",
    "safelabel": "adult",
    "safelabeltag": "adult",
    "badsites": "badwords",
    "drugadvocacy": "drugs",
    "illegaldrugs": "drugs",
    "games": "games",
    "onlinegames": "games",
    "gambling": "gambling",
    "gore": "gore",
    "idtheft": "scam",
    "intolerance": "hate",
    "personals": "dating",
    "proxies": "proxy",
    "proxy": "proxy",
    "hacking": "hacking",
    "warez": "hacking",
    "warezhacking": "hacking",
    "peer2peer": "torrent",
    "peertopeer": "torrent",
    "violence": "violence",
    "weapons": "weapons",
    "exception": EVERY,
    "goodphrases": EVERY,
    "goodsites": EVERY,
}
_LANGUAGE = re.compile(r"\([^)]*\)?|\butf-8\b")
_OTHER = re.compile(r"[^a-z0-9]+")


def category_of(path: str, said: str) -> str:
    """The category for a file by its path and by what its `#listcategory:` says, "" if nothing.

    What is known goes first, then what the list says of itself, then its folder.
    """
    folders = [_plain(part) for part in path.split("/")[:-1]][-1:]
    own = _plain(said)
    for name in (*folders, own):
        if name in KNOWN:
            return KNOWN[name]
    return own or (folders[0] if folders else "") or "phrases"


def _plain(name: str) -> str:
    """`"Drug Advocacy (Portuguese)` -> `drugadvocacy`."""
    return _OTHER.sub("", _LANGUAGE.sub("", name.lower()))
