"""The language link: speaks another language, and leads nowhere else."""

from __future__ import annotations

from tests.dashboard.conftest import Site


def test_language_is_kept_and_one_stays_where_one_was(site: Site) -> None:
    client = site.app.test_client()
    answer = client.get("/language?to=vi&back=/setup%3Fkey%3Dx%26step%3Downer")
    assert answer.location == "/setup?key=x&step=owner"
    assert "language=vi" in answer.headers["Set-Cookie"]


def test_language_link_leads_nowhere_else(site: Site) -> None:
    client = site.app.test_client()
    for back in ("https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example"):
        assert client.get("/language", query_string={"to": "en", "back": back}).location == "/"
