"""The DNS listener: names judged by the same `decide`, answered by the house's own upstream.

Reads and writes DNS messages; what may be visited is never decided here.
"""
