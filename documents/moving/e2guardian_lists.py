"""The lists of one e2guardian filter group: short ones as rules, included ones as feeds.

A rule here outranks every list, so that what e2guardian lets pass (`exception`) or lets pass the
address check alone (`grey`) is allowed; the texts of grey pages were still judged there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kidgate.documents.moving import e2guardian_conf as conf
from kidgate.documents.moving import schedules
from kidgate.documents.moving.e2guardian_conf import Line
from kidgate.documents.moving.files import Files
from kidgate.documents.moving.ground import Ground, own_category
from kidgate.documents.moving.people import Keys
from kidgate.documents.moving.plan import Draft, Feed, FeedLine, Made, Place
from kidgate.documents.moving.schedules import Window
from kidgate.documents.moving.sites import MOST_RULES, networks_of, rule, target_of
from kidgate.policies.model import Action

FEED = "moved-e2guardian"
REGEX_FILE = "bannedregexpurllist"  # so called, expressions are about addresses
BLANKET = ("**", "**s")
ADDRESSES = ("*ip", "*ips")
LIST_FILES = ("domains", "urls", "expressions")

_SITES = ("sitelist", "sslsitelist", "urllist", "siteiplist", "sslsiteiplist")
_BLOCKS = ("banned", "localbanned")
_LIFTS = ("exception", "localexception", "grey", "localgrey")

_ELSEWHERE = {
    "phraselist": "import them with kidgate phrases import; what stops: the tier's text_limits",
    "extensionlist": "files are stopped by type: the tier's content_types, or rules about type:",
    "exceptionregexp": "a pattern lifts no other list here: allow the sites by name",
    "regexplist": "pages and addresses are not rewritten; safe search is the tier's",
    "headerlist": "headers are not rewritten",
    "useragentlist": "browsers are not told apart",
    "referer": "a page does not open others by having a link to them",
    "bypass": "who may pass a block is asked for: kidgate grant",
    "log": "the journal has all that the tier's journal level says",
    "virus": "files are not scanned for viruses",
    "cert": "certificates are always checked",
    "semiexception": "a site is either allowed or judged",
    "tld": "top-level domains are blocked one by one: kidgate block zip",
    "filesite": "downloads are allowed by rules about their type",
    "fileurl": "downloads are allowed by rules about their type",
}
_NO_PLACE = "has no counterpart here"


@dataclass(slots=True)
class Lists:
    """Takes the lists of a group into a draft. `bedtime` and `blanket` are for its tier."""

    files: Files
    ground: Ground
    draft: Draft
    scope: str
    feeds: Keys
    bedtime: list[Window] = field(default_factory=list)
    blanket: bool = False

    def take(self, name: str, path: str, place: Place) -> None:
        """A list by its version 4 name, such as `bannedsitelist`."""
        found = self.files.find(path)
        if found is None:
            self.draft.leaves(place, f"{name}: {path}", "there is no such file in the folder")
            return
        lines = list(conf.lines(self.files, found))
        take = self._taker(name)
        if take is None:
            if lines:
                self.draft.leaves(place, f"{name}: {len(lines)} lines", _why(name))
            return
        for line in lines:
            take(line)

    def _taker(self, name: str) -> Callable[[Line], None] | None:
        for prefix, action in (
            *((word, Action.BLOCK) for word in _BLOCKS),
            *((word, Action.ALLOW) for word in _LIFTS),
        ):
            kind = name.removeprefix(prefix)
            if kind != name and kind in _SITES:
                return lambda line: self._site(line, action)
            if kind != name and kind == "mimetypelist":
                return lambda line: self._rule(line, f"type:{line.text}", action)
        return {
            "bannedregexpurllist": self._regex,
            "bannedsearchlist": self._search,
            "localbannedsearchlist": self._search,
            "bannedtimelist": self._time,
        }.get(name)

    # --- sites ---

    def _site(self, line: Line, action: Action, depth: int = 0) -> None:
        if line.include:
            self._include(line, action, depth)
        elif line.text in BLANKET and action is Action.BLOCK:
            self.blanket = True
            self.draft.maps(line.place, line.text, note="a tier in which all else is blocked")
        elif line.text in ADDRESSES:
            note = "bare addresses are blocked by the tier's ways_around"
            self.draft.maps(line.place, line.text, note=note)
        elif targets := self._targets(line.text):
            if (when := self._when(line)) is not None:
                made = [rule(self.scope, t, action, line.place, when) for t in targets]
                self.draft.maps(line.place, line.text, *made)
        else:
            self.draft.leaves(line.place, line.text, "is neither a site, a URL nor an address")

    @staticmethod
    def _targets(text: str) -> tuple[str, ...]:
        if networks := networks_of(text):
            return networks
        target = target_of(text.removeprefix("."))
        return (target,) if target else ()

    def _include(self, line: Line, action: Action, depth: int) -> None:
        found = self.files.find(line.text)
        text = f".Include<{line.text}>"
        if found is None:
            self.draft.leaves(line.place, text, "there is no such file in the folder")
        elif depth >= conf.DEEPEST:
            self.draft.leaves(line.place, text, "files include one another without end")
        elif self._is_list(found):
            self._feed(line, text, found, action)
        else:
            self.draft.maps(line.place, text, note="read in its place")
            for inner in conf.lines(self.files, found):
                self._site(inner, action, depth + 1)

    def _is_list(self, path: str) -> bool:
        """Whether a file is somebody's list and none kept by hand."""
        if path.rpartition("/")[2] in LIST_FILES:
            return True
        text = self.files.text(path)
        return text is None or text.count("\n") > MOST_RULES

    def _feed(self, line: Line, text: str, path: str, action: Action) -> None:
        folder, _, base = path.rpartition("/")
        subject = folder.rpartition("/")[2] if base in LIST_FILES else base
        category = self.ground.known_category(subject) or own_category(subject)
        own = self.ground.known_category(subject) is None
        when = self._when(line)
        if action is not Action.BLOCK:
            why = "a list cannot lift others: allow the sites that matter with kidgate allow"
            self.draft.leaves(line.place, text, why)
        elif when is not None:
            name = self.feeds.of(path, stem=f"{subject}-{base}" if base in LIST_FILES else base)
            feed = Feed(name, category, str(self.files.root / path), own=own)
            made = rule(self.scope, f"category:{category}", action, line.place, when)
            self.draft.maps(line.place, text, feed, made)

    # --- the rest ---

    def _rule(self, line: Line, text: str, action: Action) -> None:
        target, when = target_of(text), self._when(line)
        if target is None or line.include:
            self.draft.leaves(line.place, line.text, "cannot be understood")
        elif when is not None:
            made = rule(self.scope, target, action, line.place, when)
            self.draft.maps(line.place, line.text, made)

    def _search(self, line: Line) -> None:
        """`girl+naughty` means both words in any order; here a term is words in their order."""
        words = line.text.split("+")
        orders = [words] if len(words) == 1 else [words, words[::-1]]
        targets = [target_of("term:" + " ".join(order)) for order in orders]
        when = self._when(line)
        if line.include or len(words) > 2 or None in targets:
            why = "three words and more: add the terms in their orders with kidgate block term:..."
            self.draft.leaves(line.place, line.text, why)
        elif when is not None:
            made = [rule(self.scope, t, Action.BLOCK, line.place, when) for t in targets if t]
            note = "side by side; there they could stand apart" if len(words) > 1 else ""
            self.draft.maps(line.place, line.text, *made, note=note)

    def _regex(self, line: Line) -> None:
        if line.include or self._when(line) != "":
            self.draft.leaves(line.place, line.text, "patterns hold at all hours here")
            return
        name = FEED if self.scope == "everyone" else f"{FEED}-{self.scope.partition(':')[2]}"
        category = own_category(name)
        made: list[Made] = [FeedLine(name, category, line.text, REGEX_FILE)]
        made.append(rule(self.scope, f"category:{category}", Action.BLOCK, Place(line.place.file)))
        self.draft.maps(line.place, line.text, *made)

    def _time(self, line: Line) -> None:
        if found := conf.windows(line.text):
            self.bedtime += found
            self.draft.maps(line.place, line.text, note="the bedtime of the group's tier")
        else:
            self.draft.leaves(line.place, line.text, "is no `HOUR MINUTE HOUR MINUTE DAYS`")

    def _when(self, line: Line) -> str | None:
        """The schedule of a line's file; None, and said so, when it cannot be read."""
        if line.when is None:
            return ""
        if line.when:
            return schedules.text(line.when)
        self.draft.leaves(line.place, line.text, "the `#time:` of its file cannot be understood")
        return None


def _why(name: str) -> str:
    return next((why for word, why in _ELSEWHERE.items() if word in name), _NO_PLACE)
