"""The ends of URL entries that cover an address."""

from __future__ import annotations

from kidgate.lists.url_keys import url_keys


def test_url_keys_are_most_specific_first():
    assert list(url_keys("/a/b/c.html?x=/1")) == [
        "/a/b/c.html?x=/1",
        "/a/b/c.html",
        "/a/b/",
        "/a/b",
        "/a/",
        "/a",
    ]
    assert list(url_keys("/a/b/")) == ["/a/b/", "/a/b", "/a/", "/a"]
    assert list(url_keys("/?q")) == ["/?q"]
    assert list(url_keys("/")) == []


def test_url_keys_of_a_very_deep_path_are_bounded():
    assert len(list(url_keys("/x" * 5000))) < 100
