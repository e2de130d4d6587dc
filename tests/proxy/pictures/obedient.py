"""In the place of the process that judges pictures: does what the body says. `python -m`."""

from __future__ import annotations

import os
import sys
import time

from kidgate.proxy.pictures.process import _frame, _say
from kidgate.proxy.pictures.wire import LENGTH, Answer, Told


def main() -> None:
    told = Told.load(_frame(sys.stdin.buffer) or b"")
    if told.model == "refuse":
        return _say(Answer(fault="it does not work"))
    if told.model == "die":
        return
    _say(Answer())
    while (body := _frame(sys.stdin.buffer)) is not None:
        match body:
            case b"hang":
                time.sleep(3600)
            case b"die":
                os._exit(3)
            case b"babble":
                os.write(1, LENGTH.pack(2**31))
            case b"nonsense":
                os.write(1, LENGTH.pack(3) + b"{]}")
            case b"pid":
                _say(Answer(listed=str(os.getpid())))
            case _:
                _say(Answer(unjudged=f"{body[:9].decode()} {len(body)}"))


if __name__ == "__main__":
    main()
