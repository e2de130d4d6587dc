"""In the place of the process that judges pictures: does what the body says. `python -m`."""

from __future__ import annotations

import os
import sys
import time

from kidgate.proxy.pictures.process import _frame, _say
from kidgate.proxy.pictures.wire import HEAD, Answer, Told, framed


def main() -> None:
    told = Told.load(_frame(sys.stdin.buffer)[1] or b"")
    if told.model == "refuse":
        return _say(Answer(fault="it does not work"))
    if told.model == "die":
        return
    _say(Answer())
    while (asked := _frame(sys.stdin.buffer))[1] is not None:
        number, body = asked
        match body:
            case b"hang":
                time.sleep(3600)
            case b"die":
                os._exit(3)
            case b"babble":
                os.write(1, HEAD.pack(2**31, 0))
            case b"nonsense":
                os.write(1, HEAD.pack(3, 0) + b"{]}")
            case b"pid":
                _say(Answer(listed=str(os.getpid())))
            case b"draw":
                _say(Answer(drawn=bytes([number]) * 100_000))
            case b"endless":
                os.write(1, framed(Answer().dump(), 1) + HEAD.pack(2**31, 0))
            case _:
                _say(Answer(unjudged=f"{body[:9].decode()} {len(body)}"))


if __name__ == "__main__":
    main()
