"""The words between the judging of pictures and the gateway. Nothing here judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kidgate.policies.model import EMPTY


class Label(StrEnum):
    """What a picture says of its own making."""

    NONE = ""
    AI_MADE = "ai_made"
    AI_EDITED = "ai_edited"  # a picture of which a part was made by AI, or made from one that was


@dataclass(frozen=True, slots=True)
class PictureVerdict:
    """What is known of one picture.

    `illegal`: it is on a list of hashes, whose name is `listed`. `unjudged`: why it could not be
    judged, in words; "" also for what need not be: decorations, or no list and no model.
    """

    scores: Mapping[str, float] = EMPTY  # category -> 0..100
    illegal: bool = False
    listed: str = ""
    label: Label = Label.NONE
    unjudged: str = ""
