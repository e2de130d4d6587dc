"""What a conversation comes to: scores from 0 (harmless) to 100 per category, with evidence.

Grooming and coercion are told by their stages (`policies/chats.py`): one person who shows at least
three of them, a core one among them. A family, a class or a shop shows one or two; friends may show
three, but hardly ever say them as plainly: see `DOUBTFUL`. All other categories are told by single
sayings. What a score means is for a tier's `message_limits`; of self-harm the child is shown where
help is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kidgate.content.messages.conversation import Conversation
from kidgate.content.messages.said import MACHINE, ME, Said
from kidgate.content.messages.sayings import Sayings, Sign
from kidgate.policies.chats import CATEGORIES, CORE, FAMILY, STAGES

GROOMING = "grooming"
STAGE_WEIGHTS = {"weak": 5.0, "plain": 17.0, "strong": 27.0}
FEWEST = 3  # stages
TOO_FEW = 25.0  # the most that fewer stages come to: below every tier's limit
DOUBTFUL = 40.0  # three stages, and yet friends may talk so: too much for the youngest alone
MORE, MOST_MORE = 3.0, 15.0  # another sign of a stage that was shown already
WEIGHTS = {"weak": 15.0, "plain": 40.0, "strong": 75.0}
AGAIN = 0.5  # how much another sign of a category counts


@dataclass(frozen=True, slots=True)
class Scores:
    """`scores` has the categories that anything was found of; `evidence` what, the same keys."""

    scores: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, tuple[Sign, ...]] = field(default_factory=dict)


def score(conversation: Conversation) -> Scores:
    """The worst of the rooms of a conversation."""
    rooms: dict[str, list[tuple[str, Sign]]] = defaultdict(list)
    for message in conversation.messages():
        rooms[message.talk] += [(message.who, sign) for sign in message.signs or ()]
    scores: dict[str, float] = {}
    evidence: dict[str, tuple[Sign, ...]] = {}
    for signs in rooms.values():
        for category, found in _found(signs).items():
            value = _stages(found) if category == GROOMING else _category(found)
            if value > scores.get(category, 0.0):
                scores[category], evidence[category] = value, found
    return Scores(scores, evidence)


def score_text(text: str, sayings: Sayings, who: str = "") -> Scores:
    """One message alone."""
    conversation = Conversation(sayings)
    conversation.hear([Said(text, who)])
    return score(conversation)


def _found(said: Iterable[tuple[str, Sign]]) -> dict[str, tuple[Sign, ...]]:
    """The signs of a room by category; of grooming, those of whoever shows most stages."""
    said = list(dict.fromkeys(said))
    found: dict[str, tuple[Sign, ...]] = {}
    for category in CATEGORIES:
        if signs := tuple(dict.fromkeys(s for _, s in said if s.kind == category)):
            found[category] = signs
    people = {who for who, sign in said if sign.kind in STAGES}
    told = (*STAGES, FAMILY)
    shown = [
        tuple(dict.fromkeys(s for w, s in said if s.kind in told and w in _same(who)))
        for who in sorted(people)
    ]
    if shown:
        found[GROOMING] = max(shown, key=_stages)
    return found


def _same(who: str) -> tuple[str, ...]:
    """Whose words may be this one's: what no author is named of may be anybody's but ours."""
    return (who,) if who in (ME, MACHINE) else (who, "")


def _stages(signs: tuple[Sign, ...]) -> float:
    if any(sign.kind == FAMILY for sign in signs):
        signs = tuple(sign for sign in signs if sign.level == "strong")
    best: dict[str, float] = {}
    for sign in signs:
        best[sign.kind] = max(best.get(sign.kind, 0.0), STAGE_WEIGHTS[sign.level])
    total = sum(best.values()) + min(MOST_MORE, MORE * (len(signs) - len(best)))
    shown = {stage for stage, weight in best.items() if weight > STAGE_WEIGHTS["weak"]}
    core = shown.intersection(CORE)
    strong = {stage for stage in shown if best[stage] == STAGE_WEIGHTS["strong"]}
    if len(shown) < FEWEST or not (len(core) > 1 or core & strong):
        return min(total, TOO_FEW)
    # Friends ask for secrets, for pictures and who is at home; they do not threaten with it.
    plain = len(strong) > 1 or (
        len(core) > 1 and bool(strong or len(shown) > FEWEST or "threat" in shown)
    )
    return min(total, 100.0 if plain else DOUBTFUL)


def _category(signs: tuple[Sign, ...]) -> float:
    weights = sorted((WEIGHTS[sign.level] for sign in signs), reverse=True)
    return min(100.0, weights[0] + AGAIN * sum(weights[1:]))
