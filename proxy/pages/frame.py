"""The templates, read once, and the frame that all pages share. Values come in escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from kidgate.proxy.pages.words import Words

ICONS = ("book", "gate", "heart", "hourglass", "moon", "plug", "shield", "signpost", "wrench")
PARTS = (
    "ask",
    "ask_form",
    "ask_own",
    "block",
    "certificate",
    "continue",
    "details",
    "frame",
    "help",
    "install",
    "install_kind",
    "install_qr",
    "learn",
    "likeness",
    "me",
    "me_part",
    "missing",
    "own",
    "pin",
    "pin_enter",
    "pin_leave",
    "pin_link",
    "site",
    "time_notice",
    "until",
    "waiting",
)


@dataclass(frozen=True, slots=True)
class Templates:
    parts: dict[str, Template]
    icons: dict[str, str]
    style: str

    def fill(self, part: str, **values: str) -> str:
        return self.parts[part].substitute(values)

    def page(
        self,
        words: Words,
        band: str,
        *,
        tone: str,
        heading: str,
        content: str,
        foot: str = "",
        sources: str = "",
    ) -> str:
        """A whole page. `sources`: directives that its content security policy has beside ours."""
        return self.fill(
            "frame",
            language=words.language,
            band=band,
            style=self.style,
            tone=tone,
            heading=heading,
            content=content,
            promise=words("labels", "promise"),
            foot=foot,
            sources=sources,
        )


def items(sentences: Iterable[str]) -> str:
    return "".join(f"<li>{sentence}</li>" for sentence in sentences)


def paragraphs(sentences: Iterable[str]) -> str:
    return "".join(f"<p>{sentence}</p>" for sentence in sentences)


def rows(pairs: Iterable[tuple[str, str]]) -> str:
    """Terms and what they are; a pair without a value is left out."""
    return "".join(
        f"<div><dt>{term}</dt><dd><bdi>{value}</bdi></dd></div>" for term, value in pairs if value
    )


def load_templates() -> Templates:
    folder = files(__package__) / "templates"
    return Templates(
        parts={
            name: Template((folder / f"{name}.html").read_text(encoding="utf-8").strip())
            for name in PARTS
        },
        icons={
            name: (folder / "icons" / f"{name}.svg").read_text(encoding="utf-8").strip()
            for name in ICONS
        },
        style=_compact((folder / "style.css").read_text(encoding="utf-8")),
    )


def _compact(css: str) -> str:
    """Without the lines' indentation: the style travels with every page."""
    return "".join(line.strip() for line in css.splitlines())
