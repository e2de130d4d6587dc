"""The numbers that PDQ hashes are compared by. Apart from `pdq.py`, which needs numpy."""

from __future__ import annotations

# What the scheme's authors recommend (facebook/ThreatExchange, pdq/README.md).
DISTANCE = 31  # bits that two hashes of the same picture differ in, at most
QUALITY = 50  # below it, hashes of different pictures resemble each other
