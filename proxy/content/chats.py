"""What is said in chats: prompts and answers of assistants, messages between people.

The last of each conversation is held in memory, to be judged with what is said next; nothing of it
is ever written down. A child in need is not stopped in the middle of a sentence: see `lets_go_on`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from kidgate.content.messages.conversation import Conversation
from kidgate.content.messages.hear import Services, hear, hear_message
from kidgate.content.messages.phrases import phrase_scores
from kidgate.content.messages.said import Heard
from kidgate.content.messages.sayings import Sayings
from kidgate.content.messages.score import GROOMING, score
from kidgate.content.messages.streams import Stream
from kidgate.content.phrases.automaton import Automaton
from kidgate.policies.chats import STAGES, ChatRow
from kidgate.policies.deciders import CRISIS
from kidgate.policies.model import EMPTY, Decision, Reason, Verdict, Visit
from kidgate.policies.snapshot import PolicySnapshot

CONVERSATIONS = 512  # held at once by a worker
# Where a whole page is loaded, and words of help can be shown.
PAGES = frozenset(("", "document", "iframe", "frame"))

Scores = Mapping[str, float]


@dataclass(slots=True)
class Talks:
    """The conversations that go on."""

    services: Services
    sayings: Sayings
    phrases: Automaton
    _open: OrderedDict[tuple[str, str], Conversation] = field(default_factory=OrderedDict)

    def at(self, visit: Visit, snapshot: PolicySnapshot) -> ChatRow | None:
        """The service whose talk a visit carries; None: it is no talk."""
        host = visit.url.host
        categories = {c for one in snapshot.site(host).services for c in one.categories}
        if snapshot.index is not None:
            categories |= {hit.category for hit in snapshot.index.find(host)}
        return self.services.at(host, visit.url.path, categories)

    def body(
        self, visit: Visit, row: ChatRow, data: bytes, content_type: str, *, outgoing: bool
    ) -> tuple[Scores, str]:
        """What a conversation comes to with a whole body; and what of that was not read."""
        heard = hear(data, content_type, row, outgoing=outgoing)
        scores = self.heard(visit, row, heard)
        self.end_answer(visit, row)
        return scores, heard.unread

    def message(
        self, visit: Visit, row: ChatRow, content: str | bytes, *, outgoing: bool
    ) -> Scores:
        """What it comes to with a WebSocket message."""
        return self.heard(visit, row, hear_message(content, row, outgoing=outgoing))

    def stream(self, row: ChatRow, content_type: str) -> Stream:
        """Reads an answer that comes piece by piece, for `heard`."""
        return Stream(row, content_type)

    def heard(self, visit: Visit, row: ChatRow, heard: Heard) -> Scores:
        """Only what was said now may stop it: a sign of long ago is no reason to stop a child who
        says something else."""
        conversation = self._conversation(visit, row)
        if not conversation.hear(heard.said):
            return EMPTY
        scores = score(conversation).scores
        latest = list(conversation.messages())[-len(heard.said) :]
        signs = {sign.kind for message in latest for sign in message.signs or ()}
        shown = {GROOMING if kind in STAGES else kind for kind in signs}
        found = {category: scores[category] for category in scores if category in shown}
        for category, value in phrase_scores((m.text for m in latest), self.phrases).items():
            found[category] = max(value, found.get(category, 0.0))
        return found

    def end_answer(self, visit: Visit, row: ChatRow) -> None:
        """The answer that came in pieces is over."""
        self._conversation(visit, row).end_answer()

    def _conversation(self, visit: Visit, row: ChatRow) -> Conversation:
        """One for each device and service."""
        key = (visit.device or visit.child or "", row.key or visit.url.host)
        found = self._open.pop(key, None) or Conversation(self.sayings)
        self._open[key] = found
        if len(self._open) > CONVERSATIONS:
            self._open.popitem(last=False)
        return found


def lets_go_on(visit: Visit, decision: Decision) -> bool:
    """Whether words of a child in need, or to one, pass although a page with help should come
    first: where no page can be shown, an adult is told, and nobody is cut off."""
    return (
        decision.verdict is Verdict.WARN
        and decision.reason in (Reason.MESSAGE, Reason.PAGE_TEXT)
        and decision.category == CRISIS
        and visit.facts.resource not in PAGES
    )
