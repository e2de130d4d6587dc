"""The pages that people meet instead of a site, and the gateway's own.

Whole HTML documents in one string, without script and without anything from elsewhere. Sentences
are in `words/`, what goes with which reason in `plan.json`, markup in `templates/`: code only puts
them together. Nothing here decides, and nothing from outside reaches a page unescaped
(`quoting.py`).
"""

from __future__ import annotations

from html import unescape

from kidgate.proxy.pages.asking import ask_page, waiting_page
from kidgate.proxy.pages.block import block_page
from kidgate.proxy.pages.errors import ERROR_BAND, error_page
from kidgate.proxy.pages.facts import (
    AskFacts,
    InstallFacts,
    MeFacts,
    OwnFacts,
    PageFacts,
    PinFacts,
    TimeFacts,
    WaitingFacts,
)
from kidgate.proxy.pages.frame import load_templates
from kidgate.proxy.pages.install import install_page, sign
from kidgate.proxy.pages.languages import LANGUAGES, choose_language
from kidgate.proxy.pages.me import me_page
from kidgate.proxy.pages.own import missing_page, own_page
from kidgate.proxy.pages.parts import Parts
from kidgate.proxy.pages.pin import pin_page
from kidgate.proxy.pages.plan import load_plan
from kidgate.proxy.pages.time_notice import time_notice_page
from kidgate.proxy.pages.words import BANDS, band_of, load_words
from kidgate.proxy.public_certificate import PublicCertificate

__all__ = ["InstallFacts", "OwnFacts", "PageFacts", "Pages", "PinFacts"]


class Pages:
    """All pages of a worker; words and templates are read once, here.

    `language` is the house's, for errors that come before anyone is known. `ca_certificate` is the
    gateway's public CA certificate in PEM, offered for download; empty: there is none to offer.
    """

    def __init__(self, *, language: str = "vi", ca_certificate: bytes = b"") -> None:
        """ValueError when the certificate is anything but PEM certificates: no key may leave."""
        self.certificate = PublicCertificate.of(ca_certificate) if ca_certificate else None
        self.language = choose_language(language, "", "")
        plan, templates = load_plan(), load_templates()
        self._parts = {
            (name, band): Parts(words, plan, templates, band)
            for name, words in ((name, load_words(name)) for name in LANGUAGES)
            for band in BANDS
        }

    def block(self, facts: PageFacts, accept_language: str) -> str:
        """The page for a stopped request."""
        language = choose_language(facts.language, accept_language, facts.house_language)
        return block_page(self._parts[language, band_of(facts.age)], facts)

    def error(self, status: int, message: str) -> bytes:
        """The page for a failure inside mitmproxy; `message` is what it says. UTF-8."""
        return error_page(self._parts[self.language, ERROR_BAND], status, message).encode()

    def own(self, facts: OwnFacts, language: str) -> str:
        """The gateway's front page; `language` is one of ours."""
        parts = self._parts[language, band_of(facts.age)]
        return own_page(parts, facts, certificate=self.certificate is not None)

    def pin(self, facts: PinFacts, language: str) -> str:
        """Signing in on a shared device."""
        return pin_page(self._parts[language, band_of(facts.age)], facts)

    def ask(self, facts: AskFacts, language: str) -> str:
        """Asking an adult for a site by its name."""
        return ask_page(self._parts[language, band_of(facts.age)], facts)

    def waiting(self, facts: WaitingFacts, language: str) -> str:
        """How a request stands."""
        return waiting_page(self._parts[language, band_of(facts.age)], facts)

    def me(self, facts: MeFacts, language: str) -> str:
        """What holds for a child, and what is recorded about it."""
        return me_page(self._parts[language, band_of(facts.age)], facts)

    def time_notice(self, facts: TimeFacts, language: str) -> str:
        """What a child is told about its time, once."""
        return time_notice_page(self._parts[language, band_of(facts.age)], facts)

    def install(self, facts: InstallFacts, language: str) -> str:
        """How to make a device trust the gateway; for adults."""
        return install_page(self._parts[language, BANDS[-1]], facts)

    def sign(self, language: str, *, trusted: bool) -> str:
        """A picture (SVG) that says that it came through, or that the certificate is trusted."""
        return sign(self._parts[language, BANDS[-1]], trusted=trusted)

    def purpose(self, language: str) -> str:
        """What the certificate is for, for a profile; plain text."""
        return unescape(self._parts[language, BANDS[-1]].words("install", "purpose"))

    def missing(self, age: int, language: str) -> str:
        """The gateway's page for an address it does not have."""
        return missing_page(self._parts[language, band_of(age)])
