"""Room for connections among the open files that the system grants a process."""

from __future__ import annotations

import logging
import resource

logger = logging.getLogger(__name__)
OF_A_CONNECTION = 2  # to the client, to the origin
KEPT_BACK = 256  # for the house: sockets, pipes, files, threads


def make_room(connections: int) -> int:
    """Raise the limit of open files as far as we may; how many of so many connections fit.

    Beyond it a connection would be let in that can lead nowhere.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most == resource.RLIM_INFINITY:
        return connections
    room = max(1, (most - KEPT_BACK) // OF_A_CONNECTION)
    if room < connections:
        logger.warning(
            "%d open files are enough for %d connections, not for %d; raise LimitNOFILE",
            *(most, room, connections),
        )
    return min(room, connections)
