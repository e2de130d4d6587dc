"""The shipped table against lists of search engines that others keep."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.documents.builtin import load_builtin
from kidgate.documents.strict_yaml import load
from kidgate.policies.names import InvalidName, parse_url
from kidgate.policies.safe_search import SafeSearch

TABLE = SafeSearch.of(load_builtin()[2].safe_search)
# Of Matomo's table; each with its reason.
SKIPPED = {
    "wwwgoogle.{}": "slips of the pen that lead nowhere; under .com they are known",
    "gogole.{}": "likewise",
    "gppgle.{}": "likewise",
    "googel.{}": "likewise",
    "android-app//com.google.android.googlequicksearchbox/https/www.google.com": "no address",
    "com.google.android.googlequicksearchbox": "no address",
    "wwwgoogle.com": "a slip of the pen that leads nowhere",
    "webcache.googleusercontent.com": "shows one page; front_ends.yaml judges that",
    "yellowmap.de": "its parameter is a blank there",
    "chat.openai.com": "no parameter there; ours is tested below",
    "chatgpt.com": "likewise",
    "search.disconnect.me": "no parameter there",
    "r.search.yahoo.com": "leads on to a result",
}


def searches(shared: Path) -> Iterator[tuple[str, str]]:
    """A host as Matomo writes it, and the address of a search for `abc xyz` on it."""
    file = shared / "data" / "safesearch" / "matomo-SearchEngines.yml"
    for entries in load(file.read_text(encoding="utf-8"), file.name).values():
        for entry in entries:
            backlink = (entry.get("backlink") or "").partition("{k}")[0].partition("?")[0]
            for host in entry["urls"]:
                name, _, path = host.partition("/")
                for parameter in entry.get("params") or ["?"]:
                    yield host, f"https://{_somewhere(name)}/{_search(parameter, path or backlink)}"


def _somewhere(name: str) -> str:
    """`{}` is a country, before the name or after it."""
    return name.replace("{}.", "de.") if name.startswith("{}") else name.replace("{}", "de")


def _search(parameter: str, path: str) -> str:
    if not parameter.startswith("/"):
        return f"{path.partition('#')[0]}?{parameter}=abc+xyz"
    plain = parameter.strip("/").replace("\\/", "/").replace("(?:search|images|videos)", "images")
    return (
        re.sub(r"\[\^/\]\+(?!\))", "x", plain)
        .replace("([^/]+)", "abc+xyz")
        .replace("(.*)", "abc+xyz")
    )


def test_the_words_are_read_from_every_engines_address(shared: Path) -> None:
    unread = set()
    for host, address in searches(shared):
        try:
            url = parse_url(address)
        except InvalidName:
            url = None
        if url is None or "abc xyz" not in TABLE.terms(url):
            unread.add(host)
    assert unread == set(SKIPPED)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("coccoc.com/search?query=c%C3%A1+%C4%91%E1%BB%99", "cá độ"),
        ("chatgpt.com/?q=abc", "abc"),
        ("laban.vn/search?q=abc", "abc"),
        ("timkiem.vnexpress.net/?q=abc", "abc"),
        ("vi.wikipedia.org/w/index.php?search=abc", "abc"),
        ("shopee.vn/search?keyword=abc", "abc"),
        ("www.instagram.com/explore/tags/abc/", "abc"),
        ("giphy.com/search/abc", "abc"),
        ("msxml.excite.com/search/ws/results/Web/abc%20xyz/1/2", "abc xyz"),
        ("www.google.com/?q=abc", "abc"),
    ],
)
def test_the_words_are_read_where_children_search(address: str, words: str) -> None:
    assert TABLE.terms(parse_url(address)) == (words,)


@pytest.mark.parametrize(
    "address",
    [
        "chatgpt.com/c/abc",
        "vi.wikipedia.org/wiki/Mèo",
        "giphy.com/gifs/abc",
        "www.google.com/maps/place/Hanoi?q=cats",
        "excite.com/ws/results/Web/abc",
    ],
)
def test_no_words_are_read_where_nobody_searches(address: str) -> None:
    assert TABLE.terms(parse_url(address)) == ()


def rules(shared: Path) -> Iterator[tuple[str, str, str]]:
    """Of AdGuard's DNS rules: file, host, and where it is sent."""
    packed = shared / "data" / "safesearch" / "adguardhome-safesearch-rules.tar.gz"
    with tarfile.open(packed) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member)
            assert file is not None
            text = file.read().decode()
            for host, to in re.findall(
                r"^\|([^\^\n]+)\^\$dnsrewrite=NOERROR;\w+;(\S+)$", text, re.M
            ):
                yield Path(member.name).stem, host, to


def test_dns_forces_safe_search_wherever_others_do(shared: Path) -> None:
    addresses = {"213.180.193.56": "familysearch.yandex.ru"}
    found = 0
    for name, host, to in rules(shared):
        youtube = "moderate" if name == "youtube" else "off"
        safe = TABLE.name_for(host, search=True, youtube=youtube)
        assert safe == addresses.get(to, to), host
        found += 1
    assert found > 250


def test_every_engine_that_can_be_made_safe_by_dns_alone_is_not_called_safe_by_request() -> None:
    """What a request cannot carry, only devices behind our DNS get: `unsafe_search` says so."""
    alone = {
        engine["engine"]
        for engine in load_builtin()[2].safe_search
        if (engine.get("dns") or {}).get("set")  # type: ignore[attr-defined]
        and not any(engine["set"].values())  # type: ignore[attr-defined]
    }
    assert alone == {"ecosia", "pixabay"}


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.google.com.vn", "forcesafesearch.google.com"),
        ("google.com", "forcesafesearch.google.com"),
        ("classroom.google.com", ""),
        ("fonts.google.com", ""),
        ("accounts.google.com", ""),
        ("www.bing.com", "strict.bing.com"),
        ("login.bing.com", ""),
        ("m.youtube.com", "restrict.youtube.com"),
        ("youtubei.googleapis.com", "restrict.youtube.com"),
        ("studio.youtube.com", ""),
    ],
)
def test_only_where_people_search_is_another_address_given(host: str, name: str) -> None:
    assert TABLE.name_for(host, search=True, youtube="strict") == name
