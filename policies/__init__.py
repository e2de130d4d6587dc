"""The pure core: what is allowed.

Standard library only: no clock, no I/O, no mitmproxy, no SQL. The time, the zone and every fact
about a visit are arguments; look-ups that need a file come in through a Protocol
(`model.CategoryIndex`).
"""
