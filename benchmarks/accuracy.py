"""What the phrase lists catch and what they wrongly stop, at each tier's limits.

Positives are pages that we wrote, as they are, without marks and decomposed; they came in rounds,
of which the last was written when the lists were finished and never used to change them.
Negatives are harmless pages of our own that speak of the same things, in the same rounds, and real
ones. Every wrong page is printed, with the phrases that did it. The lists of e2guardian, read by
the same code and scored the same way, stand beside for comparison. Conversations are judged by
their stages (`talks.py`).
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pages import (
    REAL,
    RealPage,
    WrittenPage,
    corpora,
    decomposed,
    without_marks,
    written_pages,
)
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.talks import conversations
from kidgate.content.phrases.account import Account
from kidgate.content.phrases.automaton import Automaton
from kidgate.content.phrases.e2guardian import Reader
from kidgate.content.phrases.list_files import phrase_files
from kidgate.content.phrases.loading import analyser
from kidgate.content.phrases.model import Scored
from kidgate.content.phrases.score import score
from kidgate.documents.builtin import load_builtin
from kidgate.documents.phrases import own_phrases
from kidgate.policies.phrases import Phrase

TIER = "9-12"
FIRST = ("vi", "en")
ROUNDS = ("third", "fourth", "fifth", "untouched")  # after `fresh` and `last`
HARMLESS = {
    "ours, first round": "harmless",
    "ours, second round": "fresh_harmless",
    "ours, last of the first three rounds": "last_harmless",
    "ours, fourth round": "fourth_harmless",
    "ours, fifth round": "fifth_harmless",
    "ours, untouched round": "untouched_harmless",
}
OTHERS = REAL.parent / "phrases/e2guardian-lists.tar.gz"
_Limits = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """A page and what was found on it; `about` is what it should reach, "" for nothing."""

    name: str
    about: str
    scored: Scored

    def over(self, limits: _Limits) -> list[str]:
        """The categories that reach their limit, the highest first."""
        scores = self.scored.scores
        found = [key for key, value in scores.items() if value >= limits.get(key, 101)]
        return sorted(found, key=lambda key: -scores[key])

    def is_wrong(self, limits: _Limits) -> bool:
        over = self.over(limits)
        return self.about not in over if self.about else bool(over)

    def told(self, limits: _Limits) -> str:
        """What was found, in words."""
        keys = [self.about] if self.about else self.over(limits)
        return f"{self.name}: " + "; ".join(self._found(key) for key in keys)

    def _found(self, key: str) -> str:
        shown = self.scored.evidence.get(key, ())[:4]
        phrases = ", ".join(f"{one.phrase} {one.points:g}" for one in shown)
        return f"{key} {self.scored.scores.get(key, 0):g} ({phrases})"


def run(profile: Profile) -> Report:
    own = analyser(own_phrases())
    report = Report("accuracy", {"phrases": len(own.phrases), "tier": TIER})
    limits = {row.key: row.text_limits for row in load_builtin()[0] if row.text_limits}
    _positives(report, own, limits)
    for title, name in HARMLESS.items():
        _negatives(report, title, own, written_pages(name), limits)
    conversations(report)
    if profile.real:
        for title, real in corpora():
            _negatives(report, title, own, real, limits)
        if OTHERS.exists():
            _compared(report, limits[TIER])
    return report


def _positives(report: Report, own: Automaton, limits: Mapping[str, _Limits]) -> None:
    first = [page for name in FIRST for page in written_pages(name)]
    second, last = written_pages("fresh"), written_pages("last")
    later = {name: written_pages(name) for name in ROUNDS}
    every = [*first, *second, *last, *(page for some in later.values() for page in some)]
    ways: list[tuple[str, Sequence[WrittenPage], Callable[[str], str]]] = [
        ("first round", [page for page in first if not page.held_out], str),
        ("first round, held out", [page for page in first if page.held_out], str),
        ("second round", second, str),
        ("last of the first three rounds", last, str),
        *((f"{name} round", some, str) for name, some in later.items()),
        ("all", every, str),
        ("all, marks taken off", every, without_marks),
        ("all, decomposed", every, decomposed),
    ]
    for title, some, spell in ways:
        judged = [Judged(page.name, page.about, score(page.page(spell), own)) for page in some]
        for tier, row in limits.items():
            _told(report, f"caught: {title}", tier, judged, row, caught=True)
        missed = sum(one.is_wrong(limits[TIER]) for one in judged)
        if title == "all":
            report.add(f"missed: all, {TIER}", 100 * missed / len(every), "%", at_most=5)


def _negatives(
    report: Report,
    title: str,
    own: Automaton,
    pages: Sequence[WrittenPage | RealPage],
    limits: Mapping[str, _Limits],
) -> None:
    judged = [Judged(page.name, "", score(page.page(), own)) for page in pages]
    for tier, row in limits.items():
        _told(report, f"wrongly stopped: {title}", tier, judged, row)
    if "Vietnamese" in title:
        bare = [Judged(page.name, "", score(page.page(without_marks), own)) for page in pages]
        _told(report, f"wrongly stopped: {title}, marks taken off", TIER, bare, limits[TIER])


def _told(
    report: Report,
    title: str,
    tier: str,
    judged: Sequence[Judged],
    limits: _Limits,
    *,
    caught: bool = False,
) -> None:
    """One figure; the pages behind it are printed for the tier that the aims are about."""
    wrong = [one for one in judged if one.is_wrong(limits)]
    if tier == TIER:
        for one in wrong:
            print(f"{title}: {one.told(limits)}")
    total = len(judged)
    share = 100 * (total - len(wrong) if caught else len(wrong)) / total
    count = total - len(wrong) if caught else len(wrong)
    aim = 0.5 if tier == TIER and not caught and total >= 100 else None
    report.add(f"{title}, {tier}", share, f"% ({count} of {total})", at_most=aim)


def _compared(report: Report, limits: _Limits) -> None:
    """The same with e2guardian's lists of every language, alone and beside ours."""
    pages = [page for name in (*FIRST, "fresh", "last", *ROUNDS) for page in written_pages(name)]
    theirs = tuple(_others(OTHERS))
    ours = analyser(own_phrases()).phrases
    real = list(corpora())
    for title, phrases in (("e2guardian's lists alone", theirs), ("both", (*ours, *theirs))):
        lists = Automaton.build(phrases)
        caught = [Judged(page.name, page.about, score(page.page(), lists)) for page in pages]
        hits = sum(not one.is_wrong(limits) for one in caught)
        name = f"{title}: caught, {TIER}"
        report.add(name, 100 * hits / len(pages), f"% ({hits} of {len(pages)})")
        for corpus, some in real:
            stopped = _stopped(some, lists, limits)
            name = f"{title}: wrongly stopped: {corpus}, {TIER}"
            report.add(name, 100 * stopped / len(some), f"% ({stopped} of {len(some)})")


def _stopped(pages: Iterable[RealPage], lists: Automaton, limits: _Limits) -> int:
    return sum(Judged(page.name, "", score(page.page(), lists)).is_wrong(limits) for page in pages)


def _others(path: Path) -> list[Phrase]:
    files: dict[str, bytes] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                files[member.name.removeprefix("lists/")] = stream.read()
    reader = Reader(Account(), lambda name, _: (name, files[name]) if name in files else None)
    for name in phrase_files(files, ""):
        reader.read(name)
    return reader.phrases
