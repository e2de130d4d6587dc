"""Feeds that keep themselves fresh: when each is due, a process that fetches them one after the
other, and what its outcomes change. A version that is refused changes nothing."""
