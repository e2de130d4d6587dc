"""The registry of brands, compiled for look-up: built once for each policy, asked for each host."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kidgate.content.lookalike_letters import shape
from kidgate.policies.rows import BrandRow, LookalikeRow
from kidgate.policies.suffixes import Suffixes

START = 4  # letters by which a token inside a label is looked up
TYPO_LENGTH = 8  # shorter words lie one letter beside innocent ones: tsa.gov, mtb.com, ual.com
SHAPE_LENGTH = 5
# Ends of names that stand where none belongs: `com-vn`, `bocongan-gov.vn.xyz`.
FAKE_ENDINGS = frozenset(["com", "vn", "gov", "net", "org", "edu", "comvn", "govvn", "vncom"])

Tokens = Mapping[str, tuple[BrandRow, ...]]
Pieces = tuple[str, ...]


@dataclass(frozen=True)
class Brands:
    """Everything `lookalike.score` compares a host with."""

    rows: tuple[BrandRow, ...]
    words: LookalikeRow
    suffixes: Suffixes
    shared_hosting: frozenset[str]

    @cached_property
    def trusted(self) -> frozenset[str]:
        """Hosts that are never suspected, with their subdomains: official ones, others who bear
        the same name, carriers."""
        own = ((*row.hosts, *row.namesakes) for row in self.rows)
        return frozenset(self.words.carriers).union(*own)

    @cached_property
    def tokens(self) -> Tokens:
        """Spellings that mean nobody else."""
        return _owners((token, row) for row in self.rows for token in row.tokens)

    @cached_property
    def common(self) -> Tokens:
        """Spellings that others use too."""
        return _owners((token, row) for row in self.rows for token in row.common)

    @cached_property
    def longest(self) -> int:
        """Letters of the longest common spelling."""
        return max(map(len, self.common), default=0)

    @cached_property
    def starts(self) -> Mapping[str, Pieces]:
        """First letters -> the tokens that begin so, the longest first."""
        return _by_start(self.tokens)

    @cached_property
    def shapes(self) -> Mapping[str, tuple[BrandRow, ...]]:
        """Tokens as they look."""
        return _owners(
            (shape(token), row)
            for row in self.rows
            for token in row.tokens
            if len(token) >= SHAPE_LENGTH
        )

    @cached_property
    def common_shapes(self) -> Tokens:
        """Longer common spellings as they look."""
        return _owners(
            (shape(token), row)
            for row in self.rows
            for token in row.common
            if len(token) > SHAPE_LENGTH
        )

    @cached_property
    def shape_starts(self) -> Mapping[str, Pieces]:
        return _by_start(self.shapes)

    @cached_property
    def nearby(self) -> Mapping[str, Pieces]:
        """Each long token with one letter left out, or none -> such tokens.

        One that begins with a short common spelling is no longer than that: tikishop, aikishop.
        """
        found: dict[str, list[str]] = defaultdict(list)
        for token, rows in self.tokens.items():
            common = tuple(s for row in rows for s in row.common if len(s) <= START)
            if len(token) >= TYPO_LENGTH and not token.startswith(common):
                for variant in without_one(token):
                    found[variant].append(token)
        return {variant: tuple(dict.fromkeys(tokens)) for variant, tokens in found.items()}

    @cached_property
    def names(self) -> Mapping[str, tuple[tuple[Pieces, BrandRow], ...]]:
        """First piece of an official host -> (all its pieces, brand): `vietcombank com vn`."""
        found: dict[str, list[tuple[Pieces, BrandRow]]] = defaultdict(list)
        for row in self.rows:
            for host in row.hosts:
                pieces = pieces_of(host)
                if _speaks(pieces, row):
                    found[pieces[0]].append((pieces, row))
        return {first: tuple(entries) for first, entries in found.items()}

    @cached_property
    def bait(self) -> frozenset[str]:
        return frozenset(self.words.bait)

    @cached_property
    def bait_starts(self) -> Mapping[str, Pieces]:
        return _by_start(word for word in self.words.bait if len(word) > START)

    @cached_property
    def fillers(self) -> frozenset[str]:
        return frozenset(self.words.fillers)

    @cached_property
    def hints(self) -> frozenset[str]:
        return frozenset(self.words.hints)

    @cached_property
    def risky(self) -> frozenset[str]:
        return frozenset(self.words.risky)

    @cached_property
    def vouched(self) -> frozenset[str]:
        return frozenset(self.words.vouched)

    @cached_property
    def closed(self) -> frozenset[str]:
        return frozenset(self.words.closed)

    @cached_property
    def accounts(self) -> frozenset[str]:
        return frozenset(self.words.accounts)

    def ending_of(self, host: str) -> str:
        """What a host's owner did not choose: its public suffix, or the hosting it lies on."""
        suffix = self.suffixes.suffix_of(host)
        parent = host
        while len(parent) > len(suffix):
            parent = parent.partition(".")[2]
            if parent in self.shared_hosting:
                return parent
        return suffix


def pieces_of(name: str) -> Pieces:
    """What dots and hyphens part."""
    return tuple(name.replace("-", ".").split("."))


def _speaks(pieces: Pieces, row: BrandRow) -> bool:
    """Whether these pieces mean that host and nothing else: `x com` and `line me` do not."""
    if len(pieces) > 2:
        return True
    named = pieces[0] in row.tokens or pieces[0] in row.common
    return named and len(pieces[0]) >= START and pieces[-1] in FAKE_ENDINGS


def without_one(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _owners(pairs: Iterable[tuple[str, BrandRow]]) -> Tokens:
    found: dict[str, list[BrandRow]] = defaultdict(list)
    for token, row in pairs:
        if row not in found[token]:
            found[token].append(row)
    return {token: tuple(rows) for token, rows in found.items()}


def _by_start(words: Iterable[str]) -> Mapping[str, Pieces]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=len, reverse=True):
        found[word[:START]].append(word)
    return {start: tuple(entries) for start, entries in found.items()}
