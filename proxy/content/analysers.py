"""What a worker reads content with: the house's phrases and sayings, its own data, its pictures.

Lists are compiled in a thread beside the traffic; until they are there, and when they cannot be
read, nothing passes as judged: the page is `unjudged` with the reason.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from kidgate.content.page_text import PageText, page_text
from kidgate.content.personal_data.find import Found, find, find_message
from kidgate.content.personal_data.mask import mask_path
from kidgate.content.personal_data.own import OwnData, own_data
from kidgate.content.phrases.automaton import Automaton
from kidgate.policies.model import EMPTY, Visit
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.content.chats import Talks
from kidgate.proxy.content.matters import messages_matter

if TYPE_CHECKING:
    from kidgate.proxy.pictures.client import Pictures

logger = logging.getLogger(__name__)
CHILDREN = 1000  # whose own data is held ready
LONG_FORM = 8192  # bytes; likewise
LONG = 32_768  # bytes; more is read beside the event loop, which other connections wait for


class Lists(NamedTuple):
    """What the house compares words with."""

    phrases: Automaton
    talks: Talks | None = None


@dataclass(slots=True)
class Analysers:
    """`load` makes the lists of the house, and may raise anything; None: the house has none.
    `changed` tells whether they are others than before."""

    load: Callable[[], Lists] | None = None
    changed: Callable[[], bool] = lambda: False
    lists: Lists | None = None
    generation: int = 0  # of the lists
    fault: str = ""
    pictures: Pictures | None = None
    own_key: bytes = b""  # of the hashes of children's own data; empty: there are none
    _loading: asyncio.Future[Lists] | None = None
    _ready: dict[tuple[str, ...], OwnData | None] = field(default_factory=dict)
    _beside: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="content")
    )

    @property
    def reads_text(self) -> bool:
        return self.load is not None

    @property
    def talks(self) -> Talks | None:
        return self.lists.talks if self.lists is not None else None

    def talk_matters(self, visit: Visit, snapshot: PolicySnapshot) -> bool:
        """Whether a visit carries talk, and what is said there may stop it."""
        row = self.talks.at(visit, snapshot) if self.talks is not None else None
        return row is not None and messages_matter(visit, snapshot)

    async def look(self) -> None:
        """Compile the lists when they are others than before. Never raises."""
        if self.load is None or not self.changed():
            return
        loop = asyncio.get_running_loop()
        self._loading = loop.run_in_executor(self._beside, self.load)
        try:
            self.lists = await self._loading
            self.fault = ""
        except Exception as fault:
            logger.exception("phrase lists cannot be read; pages are not judged by their words")
            self.fault = f"phrase lists cannot be read: {fault}"
            self.lists = None
        finally:
            self.generation += 1
            self._loading = None

    @property
    def missing(self) -> str:
        """Why there are no lists though there should be; empty: there are, or none are wanted."""
        if self.lists is not None or self.load is None:
            return ""
        return self.fault or "phrase lists are not there"

    async def ready(self) -> None:
        """Wait for the first lists of a worker's life."""
        if self.lists is None and self._loading is not None:
            await asyncio.wait((self._loading,))
            await asyncio.sleep(0)  # `look` goes on first

    async def text(self, body: bytes, content_type: str, content_encoding: str) -> PageText | str:
        """What the words of a body say; a text: why nobody knows."""
        await self.ready()
        if self.lists is None:
            return self.missing
        work = (body, content_type, content_encoding, self.lists.phrases)
        if len(body) <= LONG and not content_encoding:
            return page_text(*work)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._beside, page_text, *work)

    def answer(
        self, visit: Visit, data: bytes, content_type: str, snapshot: PolicySnapshot
    ) -> Mapping[str, float]:
        """What a chat comes to with the answer in a body."""
        row = self.talks.at(visit, snapshot) if self.talks is not None else None
        if row is None or self.talks is None:
            return EMPTY
        return self.talks.body(visit, row, data, content_type, outgoing=False)[0]

    def personal_query(self, visit: Visit, snapshot: PolicySnapshot) -> Found:
        """What the address of a request tells about whoever sends it."""
        return find(b"", "", visit.url.query, self._own(visit.child, snapshot))

    async def personal_form(
        self, visit: Visit, snapshot: PolicySnapshot, body: bytes, content_type: str
    ) -> Found:
        """What its body and its address tell."""
        work = (body, content_type, visit.url.query, self._own(visit.child, snapshot))
        if len(body) <= LONG_FORM:
            return find(*work)
        return await asyncio.get_running_loop().run_in_executor(self._beside, find, *work)

    def personal_message(self, visit: Visit, snapshot: PolicySnapshot, said: str | bytes) -> Found:
        """The same of a WebSocket message."""
        return find_message(said, self._own(visit.child, snapshot))

    def masked(self, visit: Visit, snapshot: PolicySnapshot) -> Visit:
        """The visit without what its address tells about a child, to be written down."""
        path = mask_path(visit.url.path, self._own(visit.child, snapshot))
        return replace(visit, url=replace(visit.url, path=path, query=""))

    def _own(self, child: str | None, snapshot: PolicySnapshot) -> OwnData | None:
        """What is kept of a child's own data; made ready once for each policy."""
        profile = snapshot.profiles.get(child) if child and self.own_key else None
        if profile is None or not profile.row.personal:
            return None
        kept = profile.row.personal
        if kept not in self._ready:
            if len(self._ready) >= CHILDREN:
                self._ready.clear()
            self._ready[kept] = own_data(kept, self.own_key)
        return self._ready[kept]
