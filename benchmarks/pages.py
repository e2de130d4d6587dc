"""Texts with known answers: pages that we wrote (`tests/content/pages/*.yaml`) and real harmless
ones that lie beside the checkout. Both as pages that `content.phrases` can score.

How they are judged is `accuracy.py`.
"""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import yaml

from kidgate.content.text.page import Kind, Page, Part
from kidgate.content.text.read import read_page

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = ROOT / "tests/content/pages"
REAL = ROOT.parent / "shared/data/text"
HELD_OUT = 5  # every so-maniest page of the first round was left out when weights were chosen
SENTENCES = 20  # of a newspaper that make a page


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """One of ours. `about` is the category that it should reach, "" for none; `written` tells how
    it is spelled."""

    name: str
    about: str
    written: str
    title: str
    text: str
    headings: Sequence[str] = ()
    navigation: Sequence[str] = ()
    held_out: bool = field(default=False, kw_only=True)

    def html(self, spell: Callable[[str], str] = str) -> bytes:
        """As a site would send it, every text spelled so."""

        def told(text: str) -> str:
            return escape(spell(text))

        links = "".join(f"<a href='#'>{told(link)}</a>" for link in self.navigation)
        heads = "".join(f"<h2>{told(heading)}</h2>" for heading in self.headings)
        lines = "".join(f"<p>{told(line)}</p>" for line in self.text.splitlines())
        return (
            f"<!doctype html><meta charset=utf-8><title>{told(self.title)}</title>"
            f"<nav>{links}</nav><h1>{told(self.title)}</h1>{heads}<main>{lines}</main>"
        ).encode()

    def page(self, spell: Callable[[str], str] = str) -> Page:
        return read_page(self.html(spell), "text/html; charset=utf-8")


def written_pages(name: str) -> list[WrittenPage]:
    """Those of one file of `tests/content/pages`."""
    rows: list[dict[str, Any]] = yaml.safe_load((WRITTEN / f"{name}.yaml").read_text("utf-8"))
    return [
        WrittenPage(**row, held_out=number % HELD_OUT == 0) for number, row in enumerate(rows, 1)
    ]


@dataclass(frozen=True, slots=True)
class RealPage:
    """A harmless page of a corpus."""

    name: str
    title: str
    text: str

    def page(self, spell: Callable[[str], str] = str) -> Page:
        title, text = spell(self.title), spell(self.text)
        return Page((Part(Kind.TITLE, title), Part(Kind.BODY, text)))


CORPORA = {
    "health, English": "medquad",
    "children's stories, English": "kids-stories-en",
    "Wikipedia, English": "wikipedia-paragraphs-en",
    "Wikipedia, Vietnamese": "wikipedia-paragraphs-vi",
    "questions to doctors, Vietnamese": "vi-health-questions",
}
NEWS = "vi-news-sentences"


def corpora(folder: Path = REAL) -> Iterator[tuple[str, list[RealPage]]]:
    """Name and pages of each corpus that is there; both halves where both are."""
    for title, name in CORPORA.items():
        rows = [row for path in _files(folder, name, "jsonl") for row in _rows(path)]
        if rows:
            yield title, [_real(row) for row in rows]
    lines = [line for path in _files(folder, NEWS, "txt") for line in _lines(path)]
    if lines:
        yield "news, Vietnamese, a sentence", _grouped(lines, 1)
        yield f"news, Vietnamese, {SENTENCES} sentences", _grouped(lines, SENTENCES)


def _files(folder: Path, name: str, ending: str) -> list[Path]:
    return sorted(folder.glob(f"{name}-?.{ending}.gz"))


def _lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip()]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in _lines(path))


def _real(row: dict[str, Any]) -> RealPage:
    return RealPage(row["id"], row.get("title") or row.get("focus") or "", row["text"])


def _grouped(lines: list[str], size: int) -> list[RealPage]:
    return [
        RealPage(f"from sentence {at}", "", "\n".join(lines[at : at + size]))
        for at in range(0, len(lines), size)
    ]


def without_marks(text: str) -> str:
    """As people write who leave the marks out."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def decomposed(text: str) -> str:
    """As some systems store it."""
    return unicodedata.normalize("NFD", text)
