"""The parts of an explaining page, each filled for one reader's language and reading age."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kidgate.policies.likeness import Likeness
from kidgate.proxy.pages.frame import Templates, items, paragraphs, rows
from kidgate.proxy.pages.moments import in_words
from kidgate.proxy.pages.plan import Look, Plan
from kidgate.proxy.pages.quoting import shown, shown_host
from kidgate.proxy.pages.words import Words
from kidgate.proxy.passes import PATH

NAME_LIMIT = 40
SITE_LIMIT = 90
DETAIL_LIMIT = 300
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
NO_SITE = ".invalid"  # RFC 6761: stands for a name that could not be read


@dataclass(frozen=True, slots=True)
class Parts:
    """Arguments are plain text from outside unless said otherwise; results are HTML."""

    words: Words
    plan: Plan
    templates: Templates
    band: str

    def page(
        self,
        look: Look,
        *,
        heading: str,
        why: Iterable[str],
        details: str,
        greeting: str = "",
        site: str = "",
        likeness: str = "",
        until: str = "",
        form: str = "",
        foot: str = "",
    ) -> str:
        """The whole page; all arguments are HTML."""
        help_box = self._help(look)
        content = self.templates.fill(
            "block",
            icon=self.templates.icons[look.icon],
            greeting=greeting,
            heading=heading,
            site=site,
            why=paragraphs(why),
            likeness=likeness,
            until=until,
            first=help_box if look.leads else "",  # who listens comes before any advice
            learn=self._learn(look),
            next=self.words("labels", "next", self.band),
            steps=items(self.words("steps", step, self.band) for step in look.steps),
            form=form,
            whom_label=self.words("labels", "whom"),
            whom=self.words("whom", look.whom, self.band),
            help="" if look.leads else help_box,
            details=details,
        )
        return self.templates.page(
            self.words, self.band, tone=look.tone, heading=heading, content=content, foot=foot
        )

    def greeting(self, name: str) -> str:
        if not name:
            return ""
        text = self.words.fill("labels", "greeting", name=f"<bdi>{shown(name, NAME_LIMIT)}</bdi>")
        return f'<p class="hi">{text}</p>'

    def site(self, label: str, site: str) -> str:
        if not site or site.endswith(NO_SITE):
            return ""
        return self.templates.fill(
            "site", label=self.words("labels", label), site=shown_host(site, SITE_LIMIT)
        )

    def likeness(self, found: Likeness | None, *, sure: bool) -> str:
        """Whose name the site borrows, and where that one truly is. Whether the site is `sure` to
        be none of theirs: a warning only doubts."""
        if found is None or not HOST.fullmatch(found.site):
            return ""
        title = found.english if self.words.language == "en" else found.title
        brand = f"<bdi>{shown(title, NAME_LIMIT)}</bdi>"
        return self.templates.fill(
            "likeness",
            title=self.words("likeness", "title", self.band),
            text=self.words.fill("likeness", "sure" if sure else "doubt", self.band, brand=brand),
            site=found.site,
        )

    def personal(self, kinds: Iterable[str]) -> list[str]:
        """What was to go out, by its kinds; nothing where there is no word for any."""
        known = dict.fromkeys(kind for kind in kinds if kind in self.plan.learn_of_personal)
        said = ", ".join(self.words("personal", "kinds", kind, self.band) for kind in known)
        return [self.words.fill("personal", "line", self.band, kinds=said)] if said else []

    def until(self, how: str, until: datetime | None) -> str:
        if not how or until is None:
            return ""
        said = f'<time datetime="{until.isoformat()}">{in_words(until, self.words)}</time>'
        text = self.words.fill("until", how, self.band, until=said)
        return self.templates.fill("until", text=text)

    def form(self) -> str:
        """The button that goes on after a warning."""
        return self.templates.fill(
            "continue",
            action=PATH,
            line=self.words("warn", "line", self.band),
            button=self.words("warn", "button", self.band),
            note=self.words("warn", "note"),
        )

    def details(self, pairs: Iterable[tuple[str, str]], *, hint: str = "") -> str:
        """Pairs of a label's key and its value as HTML; `hint` is the key of a closing sentence."""
        return self.templates.fill(
            "details",
            summary=self.words("labels", "adults"),
            rows=rows((self.words("labels", key), value) for key, value in pairs),
            hint=f'<p class="hint">{self.words("labels", hint)}</p>' if hint else "",
        )

    def foot(self, own_name: str) -> str:
        if not HOST.fullmatch(own_name):
            return ""
        text = self.words("labels", "recorded", self.band)
        return f'<p><a href="http://{own_name}/">{text}</a></p>'

    def _learn(self, look: Look) -> str:
        if not look.learn:
            return ""
        text = self.words("learn", look.learn, self.band)
        return self.templates.fill("learn", label=self.words("labels", "learn"), text=text)

    def _help(self, look: Look) -> str:
        if not look.help:
            return ""
        call = self.words.fill
        calls = "".join(
            f'<a class="call" href="tel:{phone}">{call("labels", "call", phone=phone)}</a>'
            for phone in self.plan.phones[look.help][self.band]
        )
        return self.templates.fill(
            "help",
            title=self.words("help", look.help, "title", self.band),
            text=self.words("help", look.help, "text", self.band),
            calls=f'<p class="calls">{calls}</p>' if calls else "",
        )
