"""Inner parts of mitmproxy that give the same with less work. `host.install` puts them in.

Nothing here changes what mitmproxy does; `test_shortcuts.py` sets each beside the original. Of some
900 us of CPU that a request on a kept connection cost (Python without `-O`):

- `MessageData.__post_init__` checks the type of every field of every head anew: 65 us.
- `Headers.get_all` and what stands on it, asked 50 times: each walks through all fields. Ours
  makes one index of them: a twelfth of a kept request.
- `Context.fork` makes a server connection with its random id, and drops it: 15 us.
- `Options` answers with a deep copy, asked 14 times: 20 us.
"""

from __future__ import annotations

from mitmproxy import http
from mitmproxy.options import Options
from mitmproxy.proxy.context import Context

ENCODING = ("utf-8", "surrogateescape")


def unchecked(data: http.MessageData) -> None:
    """For `MessageData.__post_init__`, which `python -O` leaves out too."""


def _found(headers: http.Headers, name: str | bytes) -> tuple[bytes, ...]:
    """The values of a field, from an index that holds as long as the fields are the same tuple:
    whoever changes one makes a new one. Most names that are asked for are not there."""
    key = (name.encode(*ENCODING) if isinstance(name, str) else name).lower()
    known = vars(headers).get("_index")
    if known is None or known[0] is not headers.fields:
        index: dict[bytes, tuple[bytes, ...]] = {}
        for found, value in headers.fields:
            lower = found.lower()
            index[lower] = (*index[lower], value) if lower in index else (value,)
        vars(headers)["_index"] = known = (headers.fields, index)
    values: tuple[bytes, ...] = known[1].get(key, ())
    return values


def get_all(headers: http.Headers, name: str | bytes) -> list[str]:
    """For `Headers.get_all`."""
    return [value.decode(*ENCODING) for value in _found(headers, name)]


def get[D](headers: http.Headers, name: str | bytes, default: D | None = None) -> str | D | None:
    """For `Headers.get`."""
    values = _found(headers, name)
    return b", ".join(values).decode(*ENCODING) if values else default


def contains(headers: http.Headers, name: object) -> bool:
    """For `Headers.__contains__`."""
    assert isinstance(name, str | bytes)
    return bool(_found(headers, name))


def fork(context: Context) -> Context:
    """For `Context.fork`."""
    made = Context.__new__(Context)
    made.client, made.options = context.client, context.options
    made.server, made.layers = context.server, context.layers.copy()
    return made


def fix(options: Options) -> None:
    """From now on every option reads as it stands now, whatever is set later."""
    vars(options).update({name: getattr(options, name) for name in options.keys()})  # noqa: SIM118


PARTS = (
    (http.MessageData, "__post_init__", unchecked),
    (http.Headers, "get_all", get_all),
    (http.Headers, "get", get),
    (http.Headers, "__contains__", contains),
    (Context, "fork", fork),
)
