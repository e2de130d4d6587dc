"""The data shipped with the program: it loads, it is complete, and its parts agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents import builtin
from kidgate.documents.builtin import category_key, load_builtin, load_categories, load_help
from kidgate.documents.faults import Faults
from kidgate.documents.strict_yaml import load
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.decide import decide
from kidgate.policies.front_ends import FrontEnds
from kidgate.policies.model import Action, Facts, JournalLevel, Reason, Stage, Verdict, Visit
from kidgate.policies.names import canonical_host, parents, parse_url
from kidgate.policies.rows import PolicyRows, ProfileRow, Settings, Text, TierRow
from kidgate.policies.safe_search import SafeSearch
from kidgate.policies.schedule import parse_schedule
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.suffixes import Suffixes

FOLDER = Path(__file__).resolve().parents[2] / "policies" / "tiers"
TIERS, SERVICES, BUILTIN = load_builtin()
BY_KEY = {tier.key: tier for tier in TIERS}
CHILDREN = [tier for tier in TIERS if tier.key != "adult"]
CATEGORIES = {category.key for category in load_categories()}
# What analysers and the journal call by these words, beside categories.
NOTIFIED = {"security", "way_around", "self_harm", "personal_data", "message", "illegal_material"}
# Stores, publishers and sites of many games: the law counts each game, not its store.
MANY_GAMES = {
    "crazy_games",
    "curseforge",
    "coolmath_games",
    "friv",
    "funtap",
    "game_vui",
    "gamota",
    "garena",
    "geforce_now",
    "gog",
    "itch_io",
    "miniclip",
    "nintendo",
    "now_gg",
    "playstation",
    "poki",
    "soha_game",
    "steam",
    "taptap",
    "vng_games",
    "vtc_games",
    "xbox",
    "y8",
}


def data_of(name: str) -> Any:
    return load((FOLDER / name).read_text(encoding="utf-8"), name)


def texts(value: object) -> Iterator[Text]:
    """Every bilingual text inside a value."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value):
        for spec in fields(value):
            yield from texts(getattr(value, spec.name))


@cache
def snapshot() -> PolicySnapshot:
    profiles = tuple(ProfileRow(f"of-{tier.key}", tier=tier.key) for tier in TIERS)
    rows = PolicyRows(settings=Settings(zone="Asia/Ho_Chi_Minh"), profiles=profiles)
    return compile_snapshot(rows, BUILTIN, tiers=TIERS, services=SERVICES, id="1")


def test_every_file_of_the_folder_is_read_by_the_loaders() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {
        "brands.yaml",
        "categories.yaml",
        "chats.yaml",
        "endings.yaml",
        "feeds.yaml",
        "front_ends.yaml",
        "lookalike.yaml",
        "messages",
        "never_block.yaml",
        "never_decrypt.yaml",
        "phrases",
        "safe_harbour.yaml",
        "safe_search.yaml",
        "search_terms.yaml",
        "services",
        "shared_hosting.yaml",
        "starter",
        "tiers.yaml",
        "top_hosts.yaml",
    }


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_file_tells_its_schema_at_its_head(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = text.partition("\n\n")[0]
    assert head.startswith("# ")
    assert "A list" in head or "A mapping" in head or "a list" in head
    # Each rule of nearness is one line, however many words each of its parts may be.
    longest = 270 if path.name.endswith("_near.yaml") else 100
    assert max(len(line) for line in text.splitlines() if "://" not in line) <= longest


def test_load_builtin_reports_the_faults_of_every_file_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = {
        "tiers.yaml": "9-12: {mode: sometimes}\n",
        "services/vietnam.yaml": "zalo: {hosts: [a b]}\n",
        "never_decrypt.yaml": "bank: [vietcombank.com.vn]\n",
        "safe_search.yaml": "- {engine: x, hosts: [x.example], sets: {}}\n",
        "front_ends.yaml": "- {name: x, category: mirror, hosts: [x.vn], inner: [{from: top}]}\n",
    }
    whole = builtin._text
    monkeypatch.setattr(builtin, "_text", lambda name: broken.get(name) or whole(name))
    with pytest.raises(Faults) as caught:
        load_builtin.__wrapped__()
    assert [(fault.file, fault.message) for fault in caught.value.faults] == [
        ("front_ends.yaml", "`[1].category`: must be one of `translator`, `archive`, `cache`, "
         "not `mirror`"),
        ("front_ends.yaml", "`[1].inner[1].from`: must be one of `query`, `path`, `label`, "
         "not `top`"),
        ("never_decrypt.yaml", "`bank`: must be a mapping of keys to values, not a list"),
        ("safe_search.yaml", "`[1]`: needs `title`"),
        ("safe_search.yaml", "`[1]`: unknown key `sets`; did you mean `set`?"),
        ("services/vietnam.yaml", caught.value.faults[5].message),
        ("services/vietnam.yaml", "`zalo`: needs `title`"),
        ("tiers.yaml", "`9-12.mode`: must be one of `deny_list`, `allow_list`, not `sometimes`"),
    ]  # fmt: skip


def test_load_builtin_refuses_when_an_ending_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtin._text
    text = "- {engine: x, title: X, hosts: [x.<nowhere>]}\n"
    monkeypatch.setattr(
        builtin, "_text", lambda name: text if name == "safe_search.yaml" else whole(name)
    )
    with pytest.raises(Faults, match=r"`x\.<nowhere>`: endings\.yaml has no `nowhere`"):
        load_builtin.__wrapped__()


def test_compile_takes_all_of_it_when_a_house_has_said_nothing() -> None:
    assert snapshot().tiers.keys() == BY_KEY.keys()


def test_both_languages_are_there_everywhere() -> None:
    undecrypted = data_of("never_decrypt.yaml")
    found = [*texts(TIERS), *texts(load_categories()), *texts(load_help())]
    found += [Text(**group["about"]) for group in undecrypted.values()]
    assert len(found) > 270
    for text in found:
        assert text.vi.strip() == text.vi != ""
        assert text.en.strip() == text.en != ""


# --- hosts ---


def all_hosts() -> dict[str, list[str]]:
    return {
        "services": [host for service in SERVICES for host in service.hosts],
        "safe_harbour": list(BUILTIN.safe_harbour),
        "never_decrypt": list(BUILTIN.never_decrypt),
        "shared_hosting": list(BUILTIN.shared_hosting),
        "safe_search": [host for e in BUILTIN.safe_search for host in e["hosts"]],
        "dns": [host for e in BUILTIN.safe_search for host in e["dns"].values()],
        "front_ends": [host for e in BUILTIN.front_ends for host in e["hosts"]],
    }


def test_every_host_is_written_in_its_one_spelling() -> None:
    for name, hosts in all_hosts().items():
        assert hosts, name
        assert [host for host in hosts if canonical_host(host) != host] == []


@pytest.mark.parametrize("name", ["services", "safe_harbour", "never_decrypt", "shared_hosting"])
def test_no_host_stands_twice_when_a_list_may_hold_it_once(name: str) -> None:
    assert [host for host, count in Counter(all_hosts()[name]).items() if count > 1] == []


def test_no_host_is_a_public_suffix_when_all_below_it_would_be_let_through() -> None:
    suffixes = Suffixes(BUILTIN.suffixes)
    hosts = all_hosts()
    open_to_all = [*hosts["safe_harbour"], *hosts["never_decrypt"], *hosts["services"]]
    assert [host for host in open_to_all if suffixes.is_suffix(host)] == []


def test_no_place_where_strangers_publish_is_always_open_or_never_looked_at() -> None:
    hosting = set(BUILTIN.shared_hosting)
    trusted = (*BUILTIN.safe_harbour, *BUILTIN.never_decrypt)
    assert [host for host in trusted if hosting & set(parents(host))] == []


def test_no_front_end_or_search_engine_is_never_decrypted() -> None:
    closed = set(BUILTIN.never_decrypt)
    tables = (*BUILTIN.safe_search, *BUILTIN.front_ends)
    hosts = [host for entry in tables for host in entry["hosts"]]  # type: ignore[attr-defined]
    assert [host for host in hosts if closed & set(parents(host))] == []


def test_endings_are_public_suffixes_in_order() -> None:
    suffixes = Suffixes(BUILTIN.suffixes)
    for endings in data_of("endings.yaml").values():
        assert endings == sorted(set(endings))
        assert [ending for ending in endings if not suffixes.is_suffix(ending)] == []


def test_google_lives_under_every_country_ending_when_expanded() -> None:
    google = next(e for e in BUILTIN.safe_search if e["engine"] == "google")
    assert {"google.com", "google.com.vn", "google.co.uk", "google.cat"} <= set(google["hosts"])
    assert len(google["hosts"]) > 180


# --- categories ---


def test_categories_have_one_meaning_for_each_name() -> None:
    names = [name for c in load_categories() for name in (c.key, *c.aliases)]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if name != category_key(name) and name in CATEGORIES] == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("porn", "adult"),
        ("Porn ", "adult"),
        ("drogue", "drugs"),
        ("social_networks", "social"),
        ("audio-video", "video"),
        ("remote-control", "remote_control"),
        ("gambling", "gambling"),
        ("of_our_own", "of_our_own"),
    ],
)
def test_category_key_finds_the_category_when_a_list_calls_it_otherwise(
    name: str, key: str
) -> None:
    assert category_key(name) == key


def test_settings_speak_of_known_categories_when_left_as_they_are() -> None:
    settings = Settings()
    spoken_of = {*settings.illegal, *settings.security, *settings.never_decrypt}
    assert spoken_of <= CATEGORIES
    assert set(data_of("never_decrypt.yaml")) == set(settings.never_decrypt)


# --- tiers ---


def test_tiers_cover_every_age_once() -> None:
    assert [(tier.key, tier.min_age) for tier in TIERS] == [
        ("0-5", 0),
        ("6-8", 6),
        ("9-12", 9),
        ("13-15", 13),
        ("16-17", 16),
        ("adult", 18),
    ]
    assert all(tier.age_tier for tier in TIERS)


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.key)
def test_tiers_name_only_what_exists(tier: TierRow) -> None:
    services = {service.key for service in SERVICES}
    quotas = {key.partition(":")[::2] for key in tier.quotas if key != "all"}
    for limits in (tier.text_limits, tier.image_limits, tier.message_limits):
        assert set(limits) <= CATEGORIES
    assert set(tier.categories) | set(tier.ways_around) <= CATEGORIES
    assert not set(tier.categories) & set(tier.ways_around)
    assert set(tier.services) <= services
    assert {key for kind, key in quotas if kind == "category"} <= CATEGORIES
    assert {key for kind, key in quotas if kind == "service"} <= services
    assert {kind for kind, _ in quotas} <= {"category", "service"}
    assert set(tier.notify) <= NOTIFIED
    assert tier.personal_data in (Action.ALLOW, Action.WARN, Action.BLOCK)
    assert [term for term in tier.search_terms if term != term.lower().strip()] == []
    parse_schedule(tier.bedtime)


def test_children_are_never_less_protected_when_they_are_younger() -> None:
    strict = [Action.ALLOW, Action.PASS, Action.WATCH, Action.WARN, Action.ASK, Action.BLOCK]
    opened = ("allow", "pass")
    for younger, older in pairwise(CHILDREN):
        for table in ("categories", "ways_around"):
            mine, theirs = getattr(younger, table), getattr(older, table)
            for key, action in theirs.items():
                if younger.mode == "allow_list" and key not in mine:
                    continue  # nothing passes there that is not named
                if action.value in opened:
                    continue
                assert strict.index(mine.get(key, Action.ALLOW)) >= strict.index(action), key
        for table in ("text_limits", "image_limits", "message_limits"):
            for key, limit in getattr(older, table).items():
                assert getattr(younger, table)[key] <= limit


def test_harm_is_blocked_for_every_child_when_feeds_name_it() -> None:
    harm = {"adult", "gambling", "drugs", "gore", "self_harm", "hate", "dating", "anonymous_chat"}
    for tier in CHILDREN:
        assert {tier.categories[key] for key in harm} == {Action.BLOCK}
        assert {tier.ways_around[key] for key in ("proxy", "vpn", "doh", "tor")} == {Action.BLOCK}
        assert tier.safe_search
        assert tier.youtube in ("moderate", "strict")


def test_players_under_18_have_the_hours_of_the_law() -> None:
    games = {s.key for s in SERVICES if "games" in s.categories}
    for tier in CHILDREN:
        if tier.mode == "allow_list" and tier.categories.get("games") is Action.BLOCK:
            continue
        assert tier.quotas["category:games"] <= 180
        if tier.quotas["category:games"] > 60:
            played = {k for k in games if tier.services.get(k) is not Action.BLOCK}
            alone = played - MANY_GAMES
            assert {tier.quotas[f"service:{key}"] for key in alone} == {60}


def test_adults_are_left_alone_but_for_fraud() -> None:
    adult = BY_KEY["adult"]
    assert adult.ways_around == {}
    assert adult.text_limits == {}
    assert adult.bedtime == ""
    assert adult.journal is JournalLevel.CATEGORY


# --- tables that policies read ---


@pytest.mark.parametrize(
    ("url", "category", "inner"),
    [
        ("translate.google.com/translate?sl=en&u=https://a.example/", "translator", "a.example/"),
        ("translate.google.com.vn/translate?u=a.example/b", "translator", "a.example/b"),
        ("a-example.translate.goog/page?_x_tr_sl=en", "translator", "a.example/"),
        ("my--site-example.translate.goog/", "translator", "my-site.example/"),
        ("www.translatetheweb.com/?to=vi&a=https%3A%2F%2Fa.example%2F", "translator", "a.example/"),
        ("web.archive.org/web/2024/http://a.example/", "archive", "a.example/"),
        ("web.archive.org/web/2024id_/https://a.example/b?c=d", "archive", "a.example/b?c=d"),
        ("archive.ph/newest/https://a.example/", "archive", "a.example/"),
        ("archive.ph/2024/https://a.example/", "archive", "a.example/"),
        ("archive.ph/AbCdE", "archive", None),
        ("webcache.googleusercontent.com/search?q=cache:abc:a.example/+x", "cache", "a.example/"),
        ("webcache.googleusercontent.com/search?q=cache:a.example/b", "cache", "a.example/b"),
        ("a-example.cdn.ampproject.org/c/s/a.example/page", "cache", "a.example/page"),
        ("a-example.cdn.ampproject.org/ii/w820/s/a.example/i.png", "cache", "a.example/i.png"),
        ("www.google.com/amp/s/a.example/page", "cache", "a.example/page"),
        ("images.weserv.nl/?url=a.example/i.png", "cache", "a.example/i.png"),
        ("i0.wp.com/a.example/i.png", "cache", "a.example/i.png"),
        ("corsproxy.io/?https%3A%2F%2Fa.example%2F", "cache", "a.example/"),
        ("r.jina.ai/https://a.example/", "cache", "a.example/"),
    ],
)  # fmt: skip
def test_front_ends_give_the_page_inside_when_there_is_one(
    url: str, category: str, inner: str | None
) -> None:
    found = FrontEnds.of(BUILTIN.front_ends).find(parse_url(url))
    assert found is not None
    assert found.category == category
    shown = None if found.inner is None else found.inner.host + found.inner.target
    assert shown == inner


@pytest.mark.parametrize(
    "url",
    [
        "translate.google.com/?sl=en&tl=vi&text=hello",
        "www.google.com/search?q=photosynthesis",
        "docs.google.com/document/d/1",
        "cdn.ampproject.org/v0.js",
        "arquivo.pt/",
        "archive.org/",
    ],
)
def test_front_ends_are_none_when_a_page_fetches_nothing(url: str) -> None:
    assert FrontEnds.of(BUILTIN.front_ends).find(parse_url(url)) is None


@pytest.mark.parametrize(
    ("url", "terms"),
    [
        ("www.google.com/search?q=c%C3%A1+%C4%91%E1%BB%99", ("cá độ",)),
        ("www.google.com.vn/search?as_q=cats", ("cats",)),
        ("www.bing.com/images/search?q=cats", ("cats",)),
        ("duckduckgo.com/?q=cats", ("cats",)),
        ("html.duckduckgo.com/html/?q=cats", ("cats",)),
        ("search.yahoo.com/search?p=cats", ("cats",)),
        ("yandex.ru/images/search?text=cats", ("cats",)),
        ("coccoc.com/search?query=cats", ("cats",)),
        ("www.youtube.com/results?search_query=cats", ("cats",)),
        ("www.tiktok.com/tag/cats", ("cats",)),
        ("pixabay.com/images/search/cats/", ("cats",)),
        ("www.google.com/maps/place/Hanoi?q=cats", ()),
        ("encrypted-tbn0.gstatic.com/images?q=tbn:abc", ()),
    ],
)
def test_safe_search_reads_the_words_when_a_page_is_a_search(
    url: str, terms: tuple[str, ...]
) -> None:
    assert SafeSearch.of(BUILTIN.safe_search).terms(parse_url(url)) == terms


@pytest.mark.parametrize(
    ("url", "query", "headers", "cookies"),
    [
        ("www.google.com/search?q=a&safe=off", {"safe": "active", "ssui": "on"}, {}, {}),
        ("www.bing.com/search?q=a&adlt=off", {"adlt": "strict"}, {}, {}),
        ("th.bing.com/th/id/OIP.abc?adlt=off", {"adlt": "strict"}, {}, {}),
        ("duckduckgo.com/?q=a&kp=-2", {"kp": "1", "p": "1"}, {}, {}),
        ("html.duckduckgo.com/html/?q=a", {"kp": "1", "p": "1"}, {}, {}),
        ("search.yahoo.com/search?p=a", {"vm": "r"}, {}, {}),
        ("yandex.com/search/?text=a", {"family": "yes"}, {}, {}),
        ("search.brave.com/search?q=a", {"safesearch": "strict"}, {}, {"safesearch": "strict"}),
        ("www.youtube.com/watch?v=a", {}, {"YouTube-Restrict": "Strict"}, {}),
        ("www.youtube-nocookie.com/embed/a", {}, {"YouTube-Restrict": "Strict"}, {}),
    ],
)
def test_safe_search_rewrites_a_request_when_the_tier_wants_it(
    url: str, query: dict[str, str], headers: dict[str, str], cookies: dict[str, str]
) -> None:
    table = SafeSearch.of(BUILTIN.safe_search)
    rewrite = table.rewrite(parse_url(url), search=True, youtube="strict")
    assert rewrite is not None
    assert (rewrite.query, rewrite.headers, rewrite.cookies) == (query, headers, cookies)


def test_search_engines_without_a_strict_mode_are_known_as_such() -> None:
    posted = {"startpage"}  # whose own form may say otherwise in a body
    rows = {host: service for service in SERVICES for host in service.hosts}
    for engine in BUILTIN.safe_search:
        changes = engine["set"].values()  # type: ignore[attr-defined]
        service = next((rows[host] for host in engine["hosts"] if host in rows), None)
        # Without a name nothing but its words is known.
        if service is not None and "search" in service.categories and engine["engine"]:
            safe = any(changes) and engine["engine"] not in posted
            assert ("unsafe_search" in service.categories) == (not safe), engine["engine"]


def test_safe_harbour_is_open_at_night_when_the_youngest_asks() -> None:
    night = datetime(2026, 11, 23, 17, tzinfo=UTC)  # midnight in Viet Nam
    for host in BUILTIN.safe_harbour:
        visit = Visit(parse_url(f"https://www.{host}/"), night, child="of-0-5", stage=Stage.REQUEST)
        assert decide(visit, snapshot()).reason is Reason.SAFE_HARBOUR


def test_help_is_sorted_by_known_kinds_and_countries() -> None:
    found = load_help()
    assert {place.kind for place in found.places} == set(found.kinds)
    assert found.places[0].phone == "111"
    codes = {place.country for place in found.places}
    assert all(code == "" or (len(code) == 2 and code.isupper()) for code in codes)
    assert {"VN", ""} <= codes


def test_quotas_end_the_day_when_they_are_used_up() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    facts = Facts(minutes={"service:roblox": 60})
    visit = Visit(parse_url("https://www.roblox.com/"), at, child="of-13-15", facts=facts)
    assert decide(visit, snapshot()).reason is Reason.QUOTA
    fresh = replace(visit, facts=Facts(minutes={"service:roblox": 59}))
    assert decide(fresh, snapshot()).verdict is Verdict.ALLOW
