"""`squidGuard.conf` as a plan: times, sources as groups and devices, destinations as feeds.

Its syntax is in `squidguard_conf.py`; what its acls become is in `squidguard_acls.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kidgate.documents.moving import squidguard_times as times
from kidgate.documents.moving.files import Files
from kidgate.documents.moving.ground import Ground, own_category
from kidgate.documents.moving.people import RANGE_TOO_WIDE, Keys, device, ids_of, person
from kidgate.documents.moving.plan import Draft, Feed, Place, Plan, ToDo
from kidgate.documents.moving.squidguard_acls import Acls, Dest
from kidgate.documents.moving.squidguard_conf import HOURS, Block, Statement, parse
from kidgate.policies.rows import GroupRow

_LISTS = ("domainlist", "urllist", "expressionlist")
_WHY = {
    "redirect": "a block page of Kidgate's own says what was stopped and why",
    "rewrite": "addresses are not rewritten; safe search is the tier's",
    "rew": "addresses are not rewritten; safe search is the tier's",
    "log": "the journal has all that the tier's journal level says",
    "logfile": "the journal has all that the tier's journal level says",
    "anonymous": "the tier's journal level says how much is written: kidgate tier set TIER journal",
    "domain": "sources are known by address or log-in, not by their reverse name",
    "iplist": "its addresses are in a file: add the devices with kidgate device add",
    "userlist": "its users are in a file: add them with kidgate profile add",
    "within": "a list holds at all hours: give the acls their hours",
    "outside": "a list holds at all hours: give the acls their hours",
    "userquota": "is the tier's: kidgate tier set TIER quotas.all MINUTES",
    "execuserlist": "programs are not run to learn who somebody is",
    "ldapusersearch": "directories are not asked: add the people with kidgate profile add",
    "ldapipsearch": "directories are not asked: add the people with kidgate profile add",
}
_SILENT = ("dbhome", "databasepath")


def plan(text: str, file: str, files: Files, ground: Ground) -> Plan:
    """The plan for a configuration; `files` is its database folder. Raises Faults."""
    mover = _Mover(file, files, ground)
    top = parse(text, file)
    for statement in top.statements:
        if statement.keyword not in _SILENT:
            why = _WHY.get(statement.keyword, "is a setting of squidGuard itself")
            mover.draft.leaves(mover.place(statement.line), _shown(statement), why)
    for block in top.blocks:
        mover.block(block)
    return mover.draft.plan()


@dataclass(slots=True)
class _Mover:
    file: str
    files: Files
    ground: Ground
    draft: Draft = field(default_factory=lambda: Draft("squidguard"))
    keys: Keys = field(default_factory=Keys)
    people: Keys = field(default_factory=Keys)
    feeds: Keys = field(default_factory=Keys)
    times: dict[str, times.Time] = field(default_factory=dict)
    dests: dict[str, Dest] = field(default_factory=dict)
    sources: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # name -> (key, when)

    def place(self, line: int) -> Place:
        return Place(self.file, line)

    def block(self, block: Block) -> None:
        kind, *rest = block.words or ("",)
        name = rest[0] if rest else ""
        match kind:
            case "time":
                self._time(name, block)
            case "src" | "source":
                self._source(name, block)
            case "dest" | "destination":
                self._dest(name, block)
            case "acl":
                self._acls().take(block, _WHY)
            case "rew" | "rewrite":
                self.draft.leaves(self.place(block.line), f"{kind} {name}", _WHY["rew"])
            case "else":
                why = "what holds at other hours is not read here: add it by hand"
                self.draft.leaves(self.place(block.line), "else {...}", why)
            case _:
                self.draft.leaves(self.place(block.line), " ".join(block.words), "is not known")

    def _time(self, name: str, block: Block) -> None:
        time = self.times.setdefault(name, times.Time())
        for statement in times.read(block.statements, time):
            why = "a day that recurs in each month or year cannot be said in a schedule"
            self.draft.leaves(self.place(statement.line), str(statement), why)
        if (text := time.within()) is not None:
            self.draft.maps(self.place(block.line), f"time {name}", note=f"is `{text or 'daily'}`")

    def _hours(self, block: Block, *, turned: bool = False) -> str | None:
        """The schedule of a `within` or `outside`, or (`turned`) of its `else`; None: never."""
        word, name = block.hours
        if not word:
            return ""
        time = self.times.get(name)
        if time is None:
            raise ValueError(f"no time is called `{name}`")
        return time.outside() if (word == "outside") != turned else time.within()

    def _acls(self) -> Acls:
        return Acls(
            self.file, self.files, self.ground, self.draft, self.dests, self.sources, self._hours
        )

    # --- sources ---

    def _source(self, name: str, block: Block) -> None:
        try:
            when = self._hours(block)
        except ValueError as fault:
            self.draft.leaves(self.place(block.line), f"src {name}", str(fault))
            return
        key = self.keys.of(name)
        self.sources.setdefault(name, []).append((key, when or ""))
        note = f"its rules hold `{when}`" if when else ""
        self.draft.maps(self.place(block.line), f"src {name}", GroupRow(key, name), note=note)
        for statement in block.statements:
            match statement.keyword:
                case "ip":
                    self._addresses(statement, name, key)
                case "user":
                    self._users(statement, key)
                case word if word in HOURS:
                    continue  # it is in `when`
                case keyword:
                    why = _WHY.get(keyword, "is not known")
                    self.draft.leaves(self.place(statement.line), str(statement), why)

    def _addresses(self, statement: Statement, name: str, group: str) -> None:
        place = self.place(statement.line)
        for text in _ranges(statement.words):
            ids = ids_of(text)
            if not ids.known:
                why = RANGE_TOO_WIDE if ids.too_wide else "is no address"
                self.draft.leaves(place, f"ip {text}", why)
                continue
            owner = self.people.of(name)
            profile = person(owner, name, tier=self.ground.tier, groups=(group,))
            made = device(self.people.of(f"{name} {text}"), owner, ids)
            self.draft.maps(place, f"ip {text}", profile, made)

    def _users(self, statement: Statement, group: str) -> None:
        for name in statement.words:
            key = self.people.of(name)
            profile = person(key, name, tier=self.ground.tier, groups=(group,))
            todo = ToDo(f"kidgate device add {key} --of {key} --login")
            note = "a new log-in: its password is not in the files"
            self.draft.maps(self.place(statement.line), f"user {name}", profile, todo, note=note)

    # --- destinations ---

    def _dest(self, name: str, block: Block) -> None:
        dest = self.dests.setdefault(name, Dest())
        if not block.statements:
            self.draft.maps(self.place(block.line), f"dest {name}", note="there is nothing in it")
        for statement in block.statements:
            if statement.keyword not in _LISTS:
                why = _WHY.get(statement.keyword, "is not known")
                self.draft.leaves(self.place(statement.line), _shown(statement), why)
                continue
            place, path = self.place(statement.line), statement.words[-1] if statement.words else ""
            found = self.files.find(path)
            if found is None:
                why = "there is no such file: name its folder with --db"
                self.draft.leaves(place, str(statement), why)
            else:
                feed = self._feed(name, found)
                dest.files.append(found)
                dest.categories.append(feed.category)
                self.draft.maps(place, str(statement), feed)

    def _feed(self, name: str, path: str) -> Feed:
        folder, _, base = path.rpartition("/")
        subject = folder.rpartition("/")[2] or name
        known = self.ground.known_category(subject) or self.ground.known_category(name)
        category = known or own_category(name)
        return Feed(
            self.feeds.of(f"{name}-{base}"), category, str(self.files.root / path), own=not known
        )


def _ranges(words: tuple[str, ...]) -> list[str]:
    """`10.0.0.1 - 10.0.0.9` is one range, with or without spaces."""
    return " ".join(words).replace(" - ", "-").replace(",", " ").split()


def _shown(statement: Statement) -> str:
    """Without a password that some lines hold."""
    secret = statement.keyword in ("ldapbindpass", "mysqlpassword")
    return f"{statement.keyword} ..." if secret else str(statement)
