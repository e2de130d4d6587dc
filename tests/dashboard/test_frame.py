from __future__ import annotations

from tests.dashboard.conftest import Site


def test_page_of_nothing_is_a_page_that_says_so(site: Site) -> None:
    answer = site.as_role().get("/nothing-here")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
