"""Where a browser may be sent: within these pages."""

from __future__ import annotations

import pytest

from kidgate.dashboard.web.local import local
from kidgate.dashboard.web.pages.account import agent_of


@pytest.mark.parametrize("path", ["/", "/people", "/journal?a=1&b=%2F", "/setup?key=x"])
def test_path_of_ours_stays(path: str) -> None:
    assert local(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "", "people", "//evil", "/\\evil", "\\evil", "https://evil", "/a\nb", "/a b", "/\tevil",
        "/đ", "/sign-in?to=/", "/sign-out", "/" + "x" * 1000,
    ],
)  # fmt: skip
def test_anything_else_is_the_first_page(path: str) -> None:
    assert local(path) == "/"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Gecko/132.0 Firefox/132.0", "Firefox, Android"),
        ("<script>", ""),
    ],
)  # fmt: skip
def test_browser_is_told_in_a_few_words(agent: str, said: str) -> None:
    assert agent_of(agent) == said
