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
from kidgate.policies.chats import CATEGORIES, CORE, FAMILY, STAGES, UNEQUAL

GROOMING = "grooming"
STRETCH = 12  # messages of one person: friends say as much in a day, who means it, in minutes
STAGE_WEIGHTS = {"weak": 5.0, "plain": 17.0, "strong": 27.0}
FEWEST = 3  # stages
MANY = 4  # stages: more of them, all plain, are what no friend shows
GENEROUS = frozenset({"money", "move"})  # friends too say these plainly
TOO_FEW = 25.0  # the most that fewer stages come to: below every tier's limit
DOUBTFUL = 40.0  # three stages, and yet friends may talk so: too much for the youngest alone
MORE, MOST_MORE = 3.0, 15.0  # another sign of a stage that was shown already
WEIGHTS = {"weak": 15.0, "plain": 40.0, "strong": 75.0}
AGAIN = 0.5  # how much another sign of a category counts

_Room = list[tuple[str, tuple[Sign, ...]]]  # who, and the signs of what was said


@dataclass(frozen=True, slots=True)
class Scores:
    """`scores` has the categories that anything was found of; `evidence` what, the same keys."""

    scores: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, tuple[Sign, ...]] = field(default_factory=dict)


def score(conversation: Conversation) -> Scores:
    """The worst of the rooms of a conversation."""
    rooms: dict[str, _Room] = defaultdict(list)
    for message in conversation.messages():
        rooms[message.talk].append((message.who, message.signs or ()))
    scores: dict[str, float] = {}
    evidence: dict[str, tuple[Sign, ...]] = {}
    for room in rooms.values():
        for category, found in _found(room).items():
            value = _stages(found) if category == GROOMING else _category(found)
            if value > scores.get(category, 0.0):
                scores[category], evidence[category] = value, found
    return Scores(scores, evidence)


def score_text(text: str, sayings: Sayings, who: str = "") -> Scores:
    """One message alone."""
    conversation = Conversation(sayings)
    conversation.hear([Said(text, who)])
    return score(conversation)


def _found(room: _Room) -> dict[str, tuple[Sign, ...]]:
    """The signs of a room by category; of grooming, those of whoever shows most stages."""
    every = _once(signs for _, signs in room)
    found = {kind: tuple(s for s in every if s.kind == kind) for kind in CATEGORIES}
    people = {who for who, signs in room if any(sign.kind in STAGES for sign in signs)}
    if shown := [_shown(room, who) for who in sorted(people)]:
        found[GROOMING] = max(shown, key=_stages)
    return {kind: signs for kind, signs in found.items() if signs}


def _shown(room: _Room, who: str) -> tuple[Sign, ...]:
    """What somebody shows of the stages: what is plain of it within a stretch of messages."""
    own = [signs for w, signs in room if w in _same(who)]
    every = tuple(sign for sign in _once(own) if sign.kind in (*STAGES, FAMILY, UNEQUAL))
    if len(own) <= STRETCH or _stages(every) <= TOO_FEW:
        return every
    stretches = (set(_once(own[at : at + STRETCH])) for at, signs in enumerate(own) if signs)
    kept = (
        tuple(s for s in every if s in near or s.level == "strong" or s.kind not in STAGES)
        for near in stretches
    )
    return max(kept, key=_stages)


def _once(several: Iterable[tuple[Sign, ...]]) -> tuple[Sign, ...]:
    return tuple(dict.fromkeys(sign for signs in several for sign in signs))


def _same(who: str) -> tuple[str, ...]:
    """Whose words may be this one's: what no author is named of may be anybody's but ours."""
    return (who,) if who in (ME, MACHINE) else (who, "")


def _stages(signs: tuple[Sign, ...]) -> float:
    unequal = any(sign.kind == UNEQUAL for sign in signs)
    family = any(sign.kind == FAMILY for sign in signs)
    signs = tuple(s for s in signs if s.kind in STAGES and (s.level == "strong" or not family))
    best: dict[str, float] = {}
    for sign in signs:
        best[sign.kind] = max(best.get(sign.kind, 0.0), STAGE_WEIGHTS[sign.level])
    total = sum(best.values()) + min(MOST_MORE, MORE * (len(signs) - len(best)))
    shown = {stage for stage, weight in best.items() if weight > STAGE_WEIGHTS["weak"]}
    core = shown.intersection(CORE)
    strong = {stage for stage in shown if best[stage] == STAGE_WEIGHTS["strong"]}
    grave = strong.difference(GENEROUS)
    several = len(shown) > FEWEST
    sure = len(core) > 1 or grave or len(strong) > 1 or (unequal and several)
    if len(shown) < FEWEST or not (core and sure):
        return min(total, TOO_FEW)
    # Friends ask for secrets, for pictures and who is at home, and are generous; they hardly say it
    # as plainly as those who mean it, nor as somebody older.
    plain = unequal or bool(grave & (core | {"authority"}))
    plain = plain or (bool(grave) and (len(strong) > 1 or len(core) > 1))
    plain = plain or (len(core) > 1 and ("threat" in shown or len(shown) > MANY))
    return min(total, 100.0 if plain else DOUBTFUL)


def _category(signs: tuple[Sign, ...]) -> float:
    weights = sorted((WEIGHTS[sign.level] for sign in signs), reverse=True)
    return min(100.0, weights[0] + AGAIN * sum(weights[1:]))
