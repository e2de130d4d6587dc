"""What is sent: an alert, several at once, a test. Plain text, and HTML for e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from kidgate.documents.digest.alerts import said
from kidgate.documents.sentences import load_sentences
from kidgate.policies.alerts import Facts


@dataclass(frozen=True, slots=True)
class Composed:
    title: str
    text: str
    html: str = ""  # empty: the text is all there is


def alert_message(
    kind: str, severity: str, facts: Facts, count: int, language: str, link: str = ""
) -> Composed:
    """An alert for an adult: what happened, what to do, where to look."""
    words = load_sentences(__package__ or "", language)
    alert = said(kind, facts, count, language)
    lead = words("labels", "severity", severity)
    lines = [alert.what, "", f"{words('labels', 'to_do')}: {alert.advice}"]
    if link:
        lines += ["", words.fill("labels", "answer" if kind == "request" else "look", link=link)]
    return Composed(f"{lead}: {alert.title}", "\n".join(lines))


def summed_message(messages: Sequence[tuple[str, str]], language: str) -> Composed:
    """Several titles and texts as one message."""
    words = load_sentences(__package__ or "", language)
    parts = [words("messages", "sum_lead"), *(f"* {title}\n{text}" for title, text in messages)]
    return Composed(words.fill("messages", "sum_title", count=len(messages)), "\n\n".join(parts))


def trial_message(language: str) -> Composed:
    words = load_sentences(__package__ or "", language)
    return Composed(words("messages", "test_title"), words("messages", "test"))


def html_page(title: str, body: str, language: str) -> str:
    """A whole page for e-mail around a body of HTML: no script, no picture from elsewhere."""
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title></head>"
        '<body style="font:16px/1.5 sans-serif;max-width:38rem;margin:1rem auto;padding:0 1rem">'
        f"{body}</body></html>"
    )
