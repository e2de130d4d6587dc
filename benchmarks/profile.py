"""How much a run measures: a whole one, or one that only shows that everything works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """Sizes of a run. Requests are those of one run of one proxy; each run is done `rounds`
    times."""

    rounds: int = 5  # of a timing in one process
    turns: int = 15  # of each proxy: short ones, so that what slows one slows its neighbours too
    real: bool = True  # with the lists that lie beside the checkout
    generated: int = 200_000  # names in the list we make ourselves
    large: bool = False  # the index with five million names too
    indexed: int = 5_000_000  # names of the index benchmark
    look_ups: int = 20_000  # hosts in one run of a look-up
    reloads: int = 20
    kept: int = 700  # requests of a turn on kept connections
    new_http: int = 200  # requests of a turn, on a connection each
    new_https: int = 80
    blocked: int = 1500
    passed_new: int = 150  # of connections only passed through
    passed_kept: int = 1500
    bulk: int = 10  # answers of 10 MB
    mapped: int = 1_000_000  # names in haproxy's map
    hashes: int = 1_000_000  # of pictures, of each kind
    pictures: int = 40  # of a page
    picture_widths: tuple[int, ...] = (320, 1280)  # pixels
    connections: int = 8
    crowd: int = 1000  # connections of the memory benchmark
    soak: int = 100_000  # requests after which memory must not have grown
    idle: int = 10_000  # connections that ask no more
    slow: int = 1000  # clients that send a byte a second
    loads: int = 600  # pages loaded beside them
    spread: int = 64  # connections: enough that the kernel spreads them over two workers
    scale_turns: int = 5
    scale_seconds: float = 8.0  # of one turn
    settle: float = 3.0  # seconds before memory is read
    children: int = 500  # of the dashboard's school
    attempts: int = 100_000  # lines of its journal
    looks: int = 21  # at each page, besides the first


TINY = Profile(
    rounds=1,
    turns=1,
    real=False,
    generated=500,
    indexed=3000,
    look_ups=200,
    reloads=2,
    kept=20,
    new_http=4,
    new_https=4,
    blocked=20,
    passed_new=4,
    passed_kept=20,
    bulk=1,
    mapped=100,
    hashes=400,
    pictures=3,
    picture_widths=(320,),
    connections=2,
    crowd=4,
    soak=40,
    idle=8,
    slow=4,
    loads=4,
    spread=4,
    scale_turns=1,
    scale_seconds=0.1,
    settle=0.0,
    children=30,
    attempts=400,
    looks=1,
)
LARGE_NAMES = 5_000_000
