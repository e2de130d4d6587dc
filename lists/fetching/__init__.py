"""Bring one list from where it lies to a private file, proven where a proof is given.

Nothing here reads a list, decides whether it is believable, or knows a database or a schedule. Used
by the keeper's updating process and the CLI alone: workers never fetch.
"""
