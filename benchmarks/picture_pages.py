"""A page of pictures through the whole gateway: without lists, with a list of hashes, and with a
network too. Over HTTP, on six connections as browsers open them; each page has pictures that the
gateway has not seen before, and once more the same ones, whose verdicts it remembers.
"""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.household import ADDRESS, CLOCK, HOST, household
from benchmarks.report import Report
from kidgate.proxy.pictures.client import LOOK_SECONDS
from kidgate.proxy.pictures.shelf import Shelf
from tests.e2e.house import House

CONNECTIONS = 6
MILLI = 1e3

Step = tuple[str, Callable[[Shelf], object]]  # what is measured, and what it takes to be so


def page_loads(
    report: Report, folder: Path, bodies: Sequence[bytes], pages: int, steps: Sequence[Step]
) -> None:
    """Add the median of page loads for each step, which come one after the other to one gateway."""
    with _origin(bodies) as port:
        house = House(
            folder / "home",
            household((port,)),
            {HOST: "127.0.0.1"},
            env={"KIDGATE_CLOCK": CLOCK},
        )
        with house:
            shelf = Shelf(house.home.images)
            load = _Browser(house.port, port, len(bodies))
            for name, prepare in steps:
                prepare(shelf)
                place = name.replace(" ", "-")
                time.sleep(LOOK_SECONDS)  # until the worker sees it
                load.page(f"{place}-warm")  # starts the process
                new = [load.page(f"{place}-{number}") for number in range(pages)]
                known = [load.page(f"{place}-0") for _ in range(pages)]
                report.add(f"page, {name}", statistics.median(new) * MILLI, "ms")
                report.add(f"page seen before, {name}", statistics.median(known) * MILLI, "ms")


class _Browser:
    """Asks for all pictures of a page at once, on a few connections."""

    def __init__(self, proxy: int, origin: int, pictures: int) -> None:
        self._proxy, self._origin, self._pictures = proxy, origin, pictures

    def page(self, name: str) -> float:
        """Seconds until the last picture is there. Raises AssertionError when one is not."""
        paths = iter([f"/{name}/{number}.jpg" for number in range(self._pictures)])
        answers: list[int] = []
        threads = [
            threading.Thread(target=self._ask, args=(paths, answers)) for _ in range(CONNECTIONS)
        ]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent = time.perf_counter() - started
        assert answers == [200] * self._pictures, answers
        return spent

    def _ask(self, paths: Iterator[str], answers: list[int]) -> None:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self._proxy, timeout=60, source_address=(ADDRESS, 0)
        )
        for path in paths:
            connection.request(
                "GET", f"http://{HOST}:{self._origin}{path}", headers={"Sec-Fetch-Dest": "image"}
            )
            answer = connection.getresponse()
            answer.read()
            answers.append(answer.status)
        connection.close()


@contextmanager
def _origin(bodies: Sequence[bytes]) -> Iterator[int]:
    """Serves the pictures under every name, for each name other bytes; its port."""

    class Pictures(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page, _, name = self.path.rpartition("/")
            # Behind the end of a picture nobody looks: the same picture in another file.
            body = bodies[int(name.removesuffix(".jpg"))] + page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pictures) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
