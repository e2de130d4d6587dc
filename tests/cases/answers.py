"""What a client got, and which verdicts that is. Nothing here knows what was expected."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import h11

from tests.cases.records import MARK, MARK_HEADER, SECRET

KEPT = 4 << 20  # bytes of a body that are kept
HEAD = 1 << 20
REASON = "kidgate-reason"


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, or its absence."""

    status: int = 0  # 0: none came
    headers: tuple[tuple[str, str], ...] = ()  # names in lower case
    body: bytes = b""  # the first megabytes
    size: int = 0
    digest: str = ""  # SHA-256 of the whole body
    fault: str = ""  # closed | timeout | tls: ... ; empty: complete
    minted: bool = False  # it came inside TLS under a leaf of the gateway's own
    after: bytes = b""  # what followed a 101
    protocol: str = "http/1.1"
    aside: int = 0  # status of an HTTP answer to a client that speaks no HTTP

    def value(self, name: str) -> str:
        return next((value for found, value in self.headers if found == name), "")

    @property
    def reason(self) -> str:
        """Why the gateway stopped it, in its own word."""
        return self.value(REASON)

    @property
    def from_origin(self) -> bool:
        return self.value(MARK_HEADER.lower()) == MARK

    @property
    def verdicts(self) -> frozenset[str]:
        """Every word of the README that this answer is."""
        if not self.status:
            return frozenset() if self.fault == "timeout" else frozenset(("block", "reject"))
        if self.from_origin:
            return frozenset(("allow",))
        if self.status in (401, 407):
            return frozenset(("deny-auth",))
        if self.reason:
            return REASONS.get(self.reason, frozenset(("block", "hold")))
        return frozenset(("reject",)) if self.status >= 400 else frozenset(("own-page",))

    def __str__(self) -> str:
        said = f"{self.status} {self.reason}".strip() if self.status else "nothing"
        return f"{said} ({self.fault})" if self.fault else said


# Reasons that say more, or less, than "the policy forbids it".
REASONS = {
    "malformed": frozenset(("reject",)),
    "names_disagree": frozenset(("block", "reject")),
    "bad_certificate": frozenset(("reject",)),
    "unreachable": frozenset(("reject",)),
    "too_many": frozenset(("throttle",)),
    "internal_error": frozenset(("internal-error",)),  # fails closed, and is a fault all the same
}


@dataclass
class Reader:
    """Takes the bytes of a connection apart into answers, one for each request method."""

    methods: tuple[str, ...]
    upgrade: bool = False
    minted: bool = False
    answers: list[Answer] = field(default_factory=list)
    after: bytes = b""
    _parser: h11.Connection | None = None
    _head: h11.Response | h11.InformationalResponse | None = None
    _body: bytearray = field(default_factory=bytearray)
    _size: int = 0
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)
    _broken: bool = False

    @property
    def complete(self) -> bool:
        return self._broken or len(self.answers) >= len(self.methods)

    def feed(self, data: bytes) -> None:
        while not self.complete:
            parser = self._parser or self._new_parser()
            try:
                parser.receive_data(data)
                data = self._read(parser)
            except h11.RemoteProtocolError as fault:
                self._end(f"no HTTP: {fault}")
                self._broken = True
            if self._parser is not None:
                return
        self.after += data

    def close(self, fault: str) -> None:
        """The connection is over: an answer that was under way is complete or cut short."""
        if self.complete:
            return
        if self._parser is not None and fault == "closed":
            self.feed(b"")
        if self.complete:
            return
        self._end(fault)
        self.answers += [Answer(fault=fault) for _ in self.methods[len(self.answers) :]]

    def _new_parser(self) -> h11.Connection:
        parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD)
        headers = [("Host", "rig")]
        if self.upgrade:
            headers += [("Connection", "Upgrade"), ("Upgrade", "x")]
        method = self.methods[len(self.answers)]
        parser.send(h11.Request(method=method, target="/", headers=headers))
        parser.send(h11.EndOfMessage())
        self._parser = parser
        return parser

    def _read(self, parser: h11.Connection) -> bytes:
        """Take what is complete; what is left over once an answer is whole."""
        while True:
            match parser.next_event():
                case h11.InformationalResponse(status_code=101) as head:
                    self._head = head
                    rest = bytes(parser.trailing_data[0])
                    self._end("")
                    return rest
                case h11.Response() as head:
                    self._head = head
                case h11.Data(data=data):
                    self._size += len(data)
                    self._hash.update(data)
                    self._body += data[: KEPT - len(self._body)]
                case h11.EndOfMessage() | h11.PAUSED if self._head is not None:
                    # Paused: a CONNECT was granted, what follows is no HTTP of ours.
                    rest = bytes(parser.trailing_data[0])
                    self._end("")
                    return rest
                case h11.NEED_DATA | h11.PAUSED | h11.ConnectionClosed():
                    return b""

    def _end(self, fault: str) -> None:
        head = self._head
        # Cut before its first byte: who is shown nothing was stopped, whatever the head promised.
        if head is None or (fault and not self._size):
            self.answers.append(Answer(fault=fault or "closed", minted=self.minted))
        else:
            pairs = tuple(
                (n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in head.headers
            )
            self.answers.append(
                Answer(
                    status=head.status_code,
                    headers=pairs,
                    body=bytes(self._body),
                    size=self._size,
                    digest=self._hash.hexdigest(),
                    fault=fault,
                    minted=self.minted,
                )
            )
        self._parser, self._head = None, None
        self._body, self._size, self._hash = bytearray(), 0, hashlib.sha256()


def holds_secret(answers: list[Answer]) -> bool:
    return any(SECRET.encode() in answer.body + answer.after for answer in answers)
