"""The face of the gateway for adults: web pages and the API, one process.

`acts/` is what can be done, each act a function; `web/` shows the acts as pages, `api/` as JSON;
`gate.py` is the one way to an act and asks whether the person may. It reads the database and writes
through the keeper alone. What children meet (block page, own pages) is in `proxy/pages`.
"""
