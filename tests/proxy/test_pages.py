"""The pages: every reason, verdict, reading age and language; hostile input; size; language."""

from __future__ import annotations

import json
import re
import typing
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from importlib.resources import files
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.personal_data.kinds import Kind as PersonalKind
from kidgate.documents.brands import Kind
from kidgate.documents.builtin import load_categories, load_help
from kidgate.policies.likeness import Evidence, Likeness
from kidgate.policies.model import JournalLevel, Reason, Verdict
from kidgate.proxy.pages import OwnFacts, PageFacts, Pages, PinFacts
from kidgate.proxy.pages.frame import ICONS
from kidgate.proxy.pages.languages import LANGUAGES, choose_language
from kidgate.proxy.pages.moments import in_words
from kidgate.proxy.pages.plan import MAY_CONTINUE, load_plan
from kidgate.proxy.pages.quoting import REPLACEMENT, shown, shown_host
from kidgate.proxy.pages.words import BANDS, load_words
from kidgate.proxy.passes import PATH, SECONDS

MAX_BYTES = 15_000
PAGES = Pages()
PLAN = load_plan()
ENGLISH = Pages(language="en")
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=HANOI)
FACTS = PageFacts(
    verdict=Verdict.BLOCK,
    reason=Reason.CATEGORY,
    category="",
    site="site.example",
    source="feed some-list: site.example (line 7)",
    until=None,
    name="Mai",
    age=9,
    language="vi",
    house_language="vi",
    entry_id="entry-1",
    may_continue=False,
    own_name="kidgate.home.arpa",
)
LIKENESS = Likeness(
    brand="vietcombank",
    title="Ngân hàng Vietcombank",
    english="Vietcombank",
    kind="bank",
    site="www.vietcombank.com.vn",
    score=55.0,
    evidence=(Evidence("typo_long_exact", "vietcombank", 55.0),),
)
AGES = {"0-8": 6, "9-12": 9, "13+": 13}
FAST = settings(max_examples=150, deadline=None, database=None)
VOID = {"meta", "link", "input", "path"}  # path: as `<path/>`


class Reader(HTMLParser):
    """Checks nesting, and collects elements, attributes and text by element."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def text(self, *, style: bool = False) -> str:
        return " ".join(text for tag, text in self.texts if style or tag != "style")

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)

    @property
    def skeleton(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(tag, tuple(attrs)) for tag, attrs in self.tags]


def render(**changes: object) -> str:
    return PAGES.block(replace(FACTS, **changes), "")  # type: ignore[arg-type]


def assert_complete(page: str) -> Reader:
    """What holds for every page there is."""
    reader = Reader(page)
    text = reader.text()
    assert page.startswith("<!DOCTYPE html>")
    assert len(page.encode()) < MAX_BYTES
    assert reader.count("h1") == reader.count("main") == reader.count("title") == 1
    html = next(attrs for tag, attrs in reader.tags if tag == "html")
    assert html["lang"] in LANGUAGES
    assert html["dir"] == "ltr"
    assert not re.search(r"[${}]|None|\bTODO\b", text)
    assert not [text for tag, text in reader.texts if tag in ("h1", "h2", "p") and "  " in text]
    assert not re.search(r"<(h1|h2|p|li|dd|dt|button|summary|title)>\s*</", page)
    assert reader.count("script") == reader.count("img") == reader.count("iframe") == 0
    for _, attrs in reader.tags:
        assert not [key for key in attrs if key.startswith("on") or key in ("src", "style")]
        assert attrs.get("href", "/").startswith(
            ("/", "tel:", "http://kidgate.home.arpa/", f"https://{LIKENESS.site}/", "data:,")
        )
    assert "url(" not in page and "@import" not in page
    return reader


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_page_is_complete_for_every_verdict_and_reading_age(reason: Reason, language: str) -> None:
    for verdict, band, until in product(Verdict, BANDS, (None, MORNING)):
        page = render(
            reason=reason,
            verdict=verdict,
            age=AGES[band],
            language=language,
            until=until,
            may_continue=verdict is Verdict.WARN,
        )
        reader = assert_complete(page)
        assert f'lang="{language}"' in page and f'data-band="{band}"' in page
        assert "site.example" in reader.text()
        assert reason.value in reader.text()
        assert (PATH in page) == (verdict is Verdict.WARN and reason in MAY_CONTINUE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("category", [*PLAN.family_of, "", "cooking", "never-heard-of"])
def test_page_is_complete_for_every_category(category: str, language: str) -> None:
    speaking = [Reason(key) for key, look in PLAN.reasons.items() if look.category]
    assert Reason.CATEGORY in speaking
    verdicts = (Verdict.BLOCK, Verdict.WARN, Verdict.ASK)
    for reason, verdict, band in product(speaking, verdicts, BANDS):
        assert_complete(
            render(
                reason=reason,
                verdict=verdict,
                category=category,
                age=AGES[band],
                language=language,
                may_continue=True,
            )
        )


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    vietnamese, english = (load_words(language).texts for language in ("vi", "en"))
    assert vietnamese.keys() == english.keys()
    assert not [key for texts in (vietnamese, english) for key, text in texts.items() if not text]
    places = re.compile(r"\{(\w+)\}")
    differing = [
        key
        for key in vietnamese
        if not key.startswith("time/")  # where each language says a date in its own way
        and set(places.findall(vietnamese[key])) != set(places.findall(english[key]))
    ]
    assert differing == []


def test_each_reading_age_is_addressed_in_its_own_way_when_vietnamese() -> None:
    others = {"0-8": r"\b(em|bạn)\b", "9-12": r"\b(con|bạn)\b", "13+": r"\b(con|em)\b"}
    # Words that are no address: a person close to one's age, "children", "machines", "friends".
    plain = re.compile(
        r"trẻ em|trẻ con|anh em|anh chị em|chơi với bạn|không phải bạn thật|là bạn thật",
        re.IGNORECASE,
    )
    wrong = [
        (key, text)
        for key, text in load_words("vi").texts.items()
        if (band := key.rpartition("/")[2]) in others
        and re.search(others[band], plain.sub("", text), re.IGNORECASE)
    ]
    assert wrong == []


def test_plan_names_only_what_exists() -> None:
    tree = json.loads((files("kidgate.proxy.pages") / "plan.json").read_text(encoding="utf-8"))
    listed = [category for entry in tree["families"].values() for category in entry["of"]]
    assert len(listed) == len(set(listed))
    assert set(listed) <= {category.key for category in load_categories()}
    assert set(tree["reasons"]) == {reason.value for reason in Reason}
    texts = load_words("vi").texts
    for entry in [*tree["reasons"].values(), *tree["errors"].values(), *tree["families"].values()]:
        assert entry.get("icon", "gate") in ICONS
        assert entry.get("tone", "plain") in ("plain", "night", "watch", "care")
        assert entry.get("category", "after") in ("after", "instead")
        named = [("steps", key) for key in entry.get("steps", [])]
        named += [(key, entry[key]) for key in ("whom", "learn", "until") if key in entry]
        assert [f"{a}/{b}" for a, b in named if f"{a}/{b}/9-12" not in texts] == []
        assert entry.get("help", "listen") in tree["help"]


def test_places_named_in_the_words_are_always_reachable() -> None:
    harbour = load_help().places
    assert "111" in {place.phone for place in harbour if place.country == "VN"}
    hosts = {place.host for place in harbour}
    for language in LANGUAGES:
        named = re.findall(
            r"[a-z0-9-]+\.(?:org|com|vn)\b", " ".join(load_words(language).texts.values())
        )
        assert named and set(named) <= hosts


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of `#rgb` or `#rrggbb`."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_contrast_enough_in_every_tone_light_and_dark() -> None:
    css = (files("kidgate.proxy.pages") / "templates/style.css").read_text(encoding="utf-8")
    palettes = re.findall(r"(:root|\.\w+) \{([^}]*--accent:[^}]*)\}", css)
    assert [name for name, _ in palettes] == [":root", ".night", ".watch", ".care"] * 2
    on = {
        "card": "text soft accent",
        "page": "text soft accent",
        "tint": "text accent",
        "accent": "on",
    }
    house: dict[str, str] = {}
    for name, body in palettes:
        own = dict(re.findall(r"--(\w+): (#\w+);", body))
        house = own if name == ":root" else house
        colours = house | own
        for ground, inks in on.items():
            for ink in inks.split():
                pair = sorted((luminance(colours[ink]), luminance(colours[ground])))
                assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (name, ink, ground)


def test_no_sentence_lies_idle() -> None:
    tree = json.loads((files("kidgate.proxy.pages") / "plan.json").read_text(encoding="utf-8"))
    entries = [*tree["reasons"].values(), *tree["errors"].values(), *tree["families"].values()]
    used = {step for entry in entries for step in entry.get("steps", [])}
    used |= set(tree["likeness"]["steps"])
    used |= {step for steps in tree["verdicts"].values() for step in steps}
    keys = load_words("en").texts
    assert {key.split("/")[1] for key in keys if key.startswith("steps/")} == used
    assert set(PLAN.likeness_steps) <= {k.split("/")[1] for k in keys if k.startswith("steps/")}
    for part in ("learn", "help", "whom"):
        named = {entry[part] for entry in entries if part in entry}
        named |= {*tree["likeness"]["learn"], *tree["personal"]} if part == "learn" else set()
        assert {key.split("/")[1] for key in keys if key.startswith(f"{part}/")} == named
    said = {key.split("/")[1] for key in keys if key.startswith("families/")}
    assert said == set(tree["families"])


def test_security_page_teaches_when_a_scam_is_stopped() -> None:
    page = render(reason=Reason.SECURITY, category="phishing", age=13)
    assert "Công an, ngân hàng, bưu điện không bao giờ hỏi mật khẩu" in page
    assert 'href="tel:113"' in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", typing.get_args(Kind))
def test_page_of_a_look_alike_is_complete_and_teaches_by_its_kind(kind: str, language: str) -> None:
    words, likeness = load_words(language), replace(LIKENESS, kind=kind)
    for verdict, band in product((Verdict.WARN, Verdict.BLOCK), BANDS):
        page = render(
            reason=Reason.SECURITY,
            category="impersonation",
            verdict=verdict,
            may_continue=verdict is Verdict.WARN,
            site="vietcombamk.com",
            likeness=likeness,
            age=AGES[band],
            language=language,
        )
        reader = assert_complete(page)
        assert ("a", "https://www.vietcombank.com.vn/") in [
            (tag, attrs.get("href")) for tag, attrs in reader.tags
        ]
        assert words("learn", PLAN.learn_of_kind[kind], band) in page
        assert words("steps", "true_site", band) in page
        brand = f"<bdi>{likeness.title if language == 'vi' else likeness.english}</bdi>"
        text = "sure" if verdict is Verdict.BLOCK else "doubt"
        assert words.fill("likeness", text, band, brand=brand) in page
        assert ("Ngân hàng" in reader.text()) == (language == "vi")
        assert (PATH in page) == (verdict is Verdict.WARN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_of_personal_data_says_what_it_was_and_teaches_about_the_gravest(
    language: str,
) -> None:
    words = load_words(language)
    assert set(PLAN.learn_of_personal) == {kind.value for kind in PersonalKind}
    for (kind, lesson), band in product(PLAN.learn_of_personal.items(), BANDS):
        page = render(
            reason=Reason.PERSONAL_DATA, personal=(kind,), age=AGES[band], language=language
        )
        assert_complete(page)
        said = words("personal", "kinds", kind, band)
        assert words.fill("personal", "line", band, kinds=said) in page
        assert words("learn", lesson, band) in page
    page = render(
        reason=Reason.PERSONAL_DATA, personal=("name", "otp", "<b>"), age=13, language=language
    )
    assert words("learn", "private_code", "13+") in page and "<b>" not in page
    assert words("personal", "kinds", "name", "13+") in page


def test_page_of_personal_data_is_complete_when_no_kind_is_told() -> None:
    page = render(reason=Reason.PERSONAL_DATA, age=9, language="vi")
    assert_complete(page)
    assert load_words("vi")("learn", "private", "9-12") in page


def test_page_of_a_look_alike_comes_to_the_true_site_before_the_way_on() -> None:
    page = render(
        reason=Reason.SECURITY,
        category="impersonation",
        verdict=Verdict.WARN,
        may_continue=True,
        likeness=LIKENESS,
    )
    assert page.index("https://www.vietcombank.com.vn/") < page.index("<form")


def test_page_tells_of_police_and_help_lines_when_the_police_are_imitated() -> None:
    likeness = replace(LIKENESS, title="Bộ Công an", kind="police", site="bocongan.gov.vn")
    facts = {"reason": Reason.SECURITY, "category": "impersonation", "likeness": likeness}
    page = render(age=13, **facts)
    assert "Công an, tòa án, cơ quan nhà nước không đòi tiền, không hỏi mã OTP" in page
    assert 'href="tel:156"' in page and "5656" in page
    assert 'href="tel:111"' in render(age=9, **facts)


def test_page_names_no_true_site_when_the_list_alone_speaks_of_impersonation() -> None:
    page = render(reason=Reason.SECURITY, category="impersonation", age=13)
    assert "https://" not in page
    assert load_words("vi")("steps", "true_site", "13+") not in page


@given(title=st.deferred(lambda: HOSTILE), site=st.deferred(lambda: HOSTILE))
@FAST
def test_page_of_a_look_alike_keeps_its_shape_when_the_registry_is_hostile(
    title: str, site: str
) -> None:
    likeness = replace(LIKENESS, title=title, english=title, site=site)
    page = render(reason=Reason.SECURITY, category="impersonation", likeness=likeness)
    assert_hostile_text_is_only_text(page)
    assert "https://" not in page or f'href="https://{site}/"' in page


@pytest.mark.parametrize("reason", [Reason.CATEGORY, Reason.PAGE_TEXT, Reason.MESSAGE])
def test_help_comes_before_advice_when_it_is_about_self_harm(reason: Reason) -> None:
    page = render(reason=reason, category="self_harm", age=13)
    assert "<h1>Bạn có ổn không?</h1>" in page
    assert page.index('href="tel:111"') < page.index("<ul>")


def test_page_says_the_end_when_the_internet_rests() -> None:
    page = render(reason=Reason.BEDTIME, until=MORNING, age=6)
    assert (
        '<time datetime="2026-11-24T06:00:00+07:00">6 giờ sáng thứ Ba, ngày 24 tháng 11</time>'
        in page
    )


@pytest.mark.parametrize(
    "reason", [Reason.BAD_CERTIFICATE, Reason.ILLEGAL_MATERIAL, Reason.MALFORMED]
)
def test_no_way_on_is_offered_when_no_adult_could_allow_it(reason: Reason) -> None:
    page = render(verdict=Verdict.WARN, reason=reason, may_continue=True)
    assert "<form" not in page
    assert "Chặn (block)" in page


def test_no_way_on_is_offered_when_the_caller_does_not_say_so() -> None:
    assert "<form" not in render(verdict=Verdict.WARN, may_continue=False)


def test_warning_promises_the_time_that_a_pass_lasts() -> None:
    assert SECONDS == 3600
    assert "Trong một giờ tới" in load_words("vi")("warn", "note")
    assert "For the next hour" in load_words("en")("warn", "note")


def test_fault_inside_is_not_shown_when_the_gateway_failed() -> None:
    page = render(reason=Reason.INTERNAL_ERROR, source="gateway fault: request: KeyError")
    assert "gateway fault" in page and "KeyError" not in page


def test_site_is_not_named_when_it_could_not_be_read() -> None:
    assert 'class="site"' not in render(reason=Reason.MALFORMED, site="invalid.invalid")


HOSTILE = st.one_of(
    st.text(max_size=400),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "' onload='x",
            "</style></title><h1>",
            "$heading {until} ${x} %s {0}",
            "abc\u202egpj.exe\u2066\u2069\u200f",
            "\x00\x1b[31m\r\n\x85",
            "\ud800 lone",
            "a" * 5000,
            "e" + "\u0301" * 500,
            "javascript:alert(1)",
            "&lt;b&gt;&amp;",
        ]
    ),
)
FIELDS = (
    "category",
    "site",
    "source",
    "name",
    "language",
    "house_language",
    "entry_id",
    "own_name",
)


@FAST
@given(
    texts=st.fixed_dictionaries(dict.fromkeys(FIELDS, HOSTILE)),
    accept=HOSTILE,
    verdict=st.sampled_from(Verdict),
    reason=st.sampled_from(Reason),
    age=st.integers(-5, 200),
)
def test_page_keeps_its_shape_when_every_field_is_hostile(
    texts: dict[str, str], accept: str, verdict: Verdict, reason: Reason, age: int
) -> None:
    common = {"verdict": verdict, "reason": reason, "age": age, "may_continue": True}
    page = PAGES.block(replace(FACTS, **texts, **common), accept)  # type: ignore[arg-type]
    assert_hostile_text_is_only_text(page)
    # The same page with harmless words has the same elements and attributes.
    present = {field: "plain" if texts[field] else "" for field in FIELDS}
    present |= {"category": texts["category"], "own_name": texts["own_name"]}
    if texts["site"].endswith(".invalid"):
        present["site"] = texts["site"]
    calm = PAGES.block(replace(FACTS, **present, **common), "")  # type: ignore[arg-type]
    assert Reader(page).skeleton == Reader(calm).skeleton


@FAST
@given(status=st.integers(100, 599), message=HOSTILE)
def test_error_page_keeps_its_shape_when_the_message_is_hostile(status: int, message: str) -> None:
    page = PAGES.error(status, message).decode()
    assert_hostile_text_is_only_text(page)


@FAST
@given(name=HOSTILE, device=HOSTILE, tier=HOSTILE)
def test_own_page_keeps_its_shape_when_names_are_hostile(name: str, device: str, tier: str) -> None:
    facts = OwnFacts(name, device, tier, 9, JournalLevel.HOST, 90)
    assert_hostile_text_is_only_text(PAGES.own(facts, "en"))


def assert_hostile_text_is_only_text(page: str) -> None:
    reader = Reader(page)
    page.encode()
    assert len(page.encode()) < MAX_BYTES
    assert reader.count("h1") == 1
    assert reader.count("script") == reader.count("img") == 0
    assert not [key for _, attrs in reader.tags for key in attrs if key.startswith("on")]
    assert all(char.isprintable() or char == "\n" for char in reader.text())


def test_hostile_characters_are_visible_when_shown() -> None:
    assert shown("a\u202eb\x00c\u200bd", 40) == f"a{REPLACEMENT}b{REPLACEMENT}c{REPLACEMENT}d"
    assert shown("\ud800", 40) == REPLACEMENT
    assert shown("<b a='1'>", 40) == "&lt;b a=&#x27;1&#x27;&gt;"
    assert shown("Nguyễn Thị Ánh", 40) == "Nguyễn Thị Ánh"
    assert shown("e" + "\u0323\u0302\u0301\u0301\u0301", 40).count("\u0301") <= 2


def test_long_text_is_cut_when_shown() -> None:
    assert shown("x" * 40, 40) == "x" * 40
    assert shown("x" * 41, 40) == "x" * 39 + "…"


def test_end_of_a_long_host_stays_when_shown() -> None:
    host = "www.bank.example." + "login." * 30 + "attacker.example"
    cut = shown_host(host, 60)
    assert len(cut) == 60
    assert cut.startswith("www.bank.") and cut.endswith(".attacker.example") and "…" in cut


def test_own_page_link_is_left_out_when_the_name_is_no_host() -> None:
    assert 'href="http' not in render(own_name='x"><b>')
    assert 'href="http://kidgate.home.arpa/"' in render()


@pytest.mark.parametrize(
    ("own", "header", "house", "chosen"),
    [
        ("en", "vi", "vi", "en"),
        ("", "en-US,en;q=0.9,vi;q=0.8", "vi", "en"),
        ("", "fr-FR, vi;q=0.3, en;q=0.2", "en", "vi"),
        ("", "vi-VN", "en", "vi"),
        ("", "EN", "vi", "en"),
        ("", "en;q=0, vi;q=0.1", "en", "vi"),
        ("", "en;q=0", "vi", "vi"),
        ("", "vi, en", "en", "vi"),
        ("", "en, vi", "vi", "en"),
        ("", "en;q=abc, vi;q=0.1", "en", "vi"),
        ("", "en;q=7", "vi", "vi"),
        ("", "en;q=²", "vi", "vi"),
        ("", "*", "en", "en"),
        ("", "", "en", "en"),
        ("", ";;,,=,q=1", "vi", "vi"),
        ("", "english", "vi", "vi"),
        ("fr", "de", "zh", "vi"),
    ],
)
def test_language_is_the_readers_best_when_chosen(
    own: str, header: str, house: str, chosen: str
) -> None:
    assert choose_language(own, header, house) == chosen


@FAST
@given(own=st.text(), header=st.text(alphabet="vien-;q=01.,* ²", max_size=2000), house=st.text())
def test_language_is_always_one_of_ours_when_chosen(own: str, header: str, house: str) -> None:
    assert choose_language(own, header, house) in LANGUAGES


@pytest.mark.parametrize(
    ("hour", "minute", "vietnamese", "english"),
    [
        (
            0,
            0,
            "0 giờ thứ Ba, ngày 24 tháng 11 (nửa đêm thứ Hai)",
            "midnight at the end of Monday 23 November",
        ),
        (0, 30, "0 giờ 30 rạng sáng thứ Ba, ngày 24 tháng 11", "12:30 am on Tuesday 24 November"),
        (6, 5, "6 giờ 05 sáng thứ Ba, ngày 24 tháng 11", "6:05 am on Tuesday 24 November"),
        (11, 59, "11 giờ 59 trưa thứ Ba, ngày 24 tháng 11", "11:59 am on Tuesday 24 November"),
        (12, 0, "12 giờ trưa thứ Ba, ngày 24 tháng 11", "12 noon on Tuesday 24 November"),
        (12, 1, "12 giờ 01 trưa thứ Ba, ngày 24 tháng 11", "12:01 pm on Tuesday 24 November"),
        (15, 0, "3 giờ chiều thứ Ba, ngày 24 tháng 11", "3 pm on Tuesday 24 November"),
        (21, 15, "9 giờ 15 tối thứ Ba, ngày 24 tháng 11", "9:15 pm on Tuesday 24 November"),
        (23, 59, "11 giờ 59 đêm thứ Ba, ngày 24 tháng 11", "11:59 pm on Tuesday 24 November"),
    ],
)
def test_moment_is_said_as_people_do(hour: int, minute: int, vietnamese: str, english: str) -> None:
    moment = MORNING.replace(hour=hour, minute=minute)
    assert in_words(moment, load_words("vi")) == vietnamese
    assert in_words(moment, load_words("en")) == english


@FAST
@given(st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=-11)))))
def test_moment_never_fails_when_in_words(moment: datetime) -> None:
    for language in LANGUAGES:
        assert "{" not in in_words(moment, load_words(language))


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (502, "Certificate verify failed: self-signed certificate", "bad_certificate"),
        (
            502,
            "OpenSSL Error([('SSL routines', '', 'certificate verify failed')])",
            "bad_certificate",
        ),
        (502, "`nope.example` has no address", "no_address"),
        (502, "[Errno 111] Connect call failed ('192.0.2.1', 443)", "unreachable"),
        (502, "The remote server does not speak TLS.", "unreachable"),
        (504, "timeout", "unreachable"),
        (502, "Connection killed: internal error of the gateway", "internal_error"),
        (400, "the Host header is missing", "malformed"),
        (431, "the request head is larger than 65536 bytes", "malformed"),
        (500, "what", "internal_error"),
    ],
)
def test_error_page_says_what_happened(status: int, message: str, kind: str) -> None:
    for pages in (PAGES, ENGLISH):
        page = pages.error(status, message).decode()
        assert_complete(page)
        words = load_words(pages.language)
        path = (
            ("errors", kind, "title") if kind == "no_address" else ("reasons", kind, "title", "13+")
        )
        assert f"<h1>{words(*path)}</h1>" in page
        assert "<form" not in page


def test_error_message_is_small_and_cut_when_long() -> None:
    page = PAGES.error(502, "<b>" + "x" * 5000).decode()
    main, details = page.split("<details>")
    assert "xxx" not in main and "&lt;b&gt;" in details
    assert details.count("x") < 320


@pytest.mark.parametrize("level", JournalLevel)
def test_own_page_says_what_is_recorded_at_every_level(level: JournalLevel) -> None:
    for language, age in product(LANGUAGES, AGES.values()):
        page = PAGES.own(OwnFacts("Mai", "tablet", "9-12", age, level, 90), language)
        reader = assert_complete(page)
        band = next(band for band, value in AGES.items() if value == age)
        assert load_words(language)("own", "level", level.value, band) in page.replace(
            "&#x27;", "'"
        )
        assert "90" in reader.text() and "tablet" in reader.text()


def test_own_page_has_no_certificate_link_when_there_is_none() -> None:
    facts = OwnFacts("", "", "0-5", 0, JournalLevel.HOST, 90)
    certificate = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    assert "/install" not in PAGES.own(facts, "en")
    assert "/install" in Pages(ca_certificate=certificate).own(facts, "en")


@pytest.mark.parametrize(
    "held",
    [
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        b"\x30\x82\x01\x00",
        b"no certificate",
    ],
)
def test_pages_are_refused_when_the_ca_file_holds_anything_else(held: bytes) -> None:
    with pytest.raises(ValueError, match="nothing else"):
        Pages(ca_certificate=held)


@pytest.mark.parametrize("language", LANGUAGES)
def test_missing_page_is_complete(language: str) -> None:
    assert_complete(PAGES.missing(9, language))


def test_facts_stay_the_ones_that_the_answers_give() -> None:
    assert [field.name for field in fields(PageFacts)] == list(FACTS.__slots__)


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_page_leads_to_signing_in_when_the_device_is_shared(language: str) -> None:
    facts = OwnFacts("", "pc", "0-5", 0, JournalLevel.HOST, 90)
    assert 'href="/pin"' not in PAGES.own(facts, language)
    assert 'href="/pin"' in PAGES.own(replace(facts, shared=True), language)


SIGNING = PinFacts(
    shared=True,
    name="",
    until=None,
    names=(("mai", "Mai"),),
    token="9.ff",
    said="",
    age=9,
)


SAID = ("", "wrong", "wait", "busy", "odd")


@pytest.mark.parametrize(("language", "age", "said"), [*product(LANGUAGES, AGES.values(), SAID)])
def test_pin_page_is_complete_whatever_was_said(language: str, age: int, said: str) -> None:
    for facts in (
        SIGNING,
        replace(SIGNING, names=()),
        replace(SIGNING, name="Mai", until=MORNING),
        replace(SIGNING, shared=False),
    ):
        page = PAGES.pin(replace(facts, age=age, said=said), language)
        assert ('role="alert"' in page) is bool(said)
        assert ('name="token"' in page) is (facts.shared and bool(facts.names))
        assert len(page.encode()) < MAX_BYTES
        Reader(page)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
@FAST
def test_pin_page_keeps_its_shape_when_names_are_hostile(key: str, name: str, token: str) -> None:
    facts = replace(SIGNING, names=((key, name),), token=token)
    plain = [tag for tag, _ in Reader(PAGES.pin(SIGNING, "vi")).tags]
    assert [tag for tag, _ in Reader(PAGES.pin(facts, "vi")).tags] == plain
