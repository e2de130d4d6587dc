"""The pages that people meet instead of a site, and the gateway's own.

Whole HTML documents in one string, without script and without anything from elsewhere. Sentences
are in `words/`, what goes with which reason in `plan.json`, markup in `templates/`: code only puts
them together. Nothing here decides, and nothing from outside reaches a page unescaped
(`quoting.py`).
"""

from __future__ import annotations

import re

from kidgate.proxy.pages.block import block_page
from kidgate.proxy.pages.errors import ERROR_BAND, error_page
from kidgate.proxy.pages.facts import OwnFacts, PageFacts
from kidgate.proxy.pages.frame import load_templates
from kidgate.proxy.pages.languages import LANGUAGES, choose_language
from kidgate.proxy.pages.own import missing_page, own_page
from kidgate.proxy.pages.parts import Parts
from kidgate.proxy.pages.plan import load_plan
from kidgate.proxy.pages.words import BANDS, band_of, load_words

__all__ = ["OwnFacts", "PageFacts", "Pages"]

CERTIFICATES = re.compile(
    rb"(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+"
)


class Pages:
    """All pages of a worker; words and templates are read once, here.

    `language` is the house's, for errors that come before anyone is known. `ca_certificate` is the
    gateway's public CA certificate in PEM, offered for download; empty: there is none to offer.
    """

    def __init__(self, *, language: str = "vi", ca_certificate: bytes = b"") -> None:
        """ValueError when the certificate is anything but PEM certificates: no key may leave."""
        if ca_certificate and not CERTIFICATES.fullmatch(ca_certificate.lstrip()):
            raise ValueError(
                "the CA file must hold PEM certificates and nothing else, no key above all"
            )
        self.language = choose_language(language, "", "")
        self.ca_certificate = ca_certificate
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
        return own_page(parts, facts, certificate=bool(self.ca_certificate))

    def missing(self, age: int, language: str) -> str:
        """The gateway's page for an address it does not have."""
        return missing_page(self._parts[language, band_of(age)])
