"""What phrases on a page are worth together."""

from __future__ import annotations

from random import Random

import pytest

from kidgate.content.phrases.automaton import Automaton
from kidgate.content.phrases.model import Scored
from kidgate.content.phrases.score import CAP, FACTORS, Budget, score
from kidgate.content.text.page import Kind, Page, Part
from kidgate.documents.builtin import load_builtin
from kidgate.policies.phrases import EVERY, Phrase

FILLER = "con mèo ngồi trên mái nhà nhìn trời xanh và đàn chim bay về tổ. "  # 15 words


def own(**weights: float) -> list[Phrase]:
    return [
        Phrase((text.replace("_", " "),), weight, "gambling", f"t:{text}")
        for text, weight in weights.items()
    ]


PHRASES = [
    *own(nổ_hũ=30, tài_xỉu=30, cá_độ=30, nhà_cái=30),
    Phrase(("nổ hũ đổi thưởng",), 40, "gambling", "t"),
    Phrase(("nạp tiền", "rút tiền"), 30, "gambling", "t"),
    Phrase(("cai nghiện",), -30, "gambling", "t"),
    Phrase(("bệnh viện",), -20, EVERY, "t"),
    Phrase(("ma túy",), 30, "drugs", "t"),
    Phrase(("thuốc lắc",), 30, "drugs", "t"),
]
AUTOMATON = Automaton.build(PHRASES)


def scored(*parts: tuple[Kind, str], **options: Budget) -> Scored:
    return score(Page(tuple(Part(*part) for part in parts)), AUTOMATON, **options)


def body(text: str) -> float:
    return scored((Kind.BODY, text)).scores.get("gambling", 0.0)


def lowest_limit() -> float:
    tiers = load_builtin()[0]
    return min(limit for tier in tiers for limit in tier.text_limits.values())


def test_clean_page_has_no_score() -> None:
    assert scored((Kind.BODY, FILLER)).scores == {}
    assert scored() == Scored()


def test_score_is_the_formula_of_the_docstring() -> None:
    page = "nổ hũ. tài xỉu. " + FILLER * 80
    found = scored((Kind.BODY, page))
    assert 1150 < found.words < 1350
    assert found.scores["gambling"] == pytest.approx(
        100 * (1 - 2.718281828 ** -(60 * (1000 / found.words) ** 0.5 / 100)), abs=0.1
    )


def test_one_phrase_stays_below_every_limit_however_often_it_stands_there() -> None:
    often = scored((Kind.TITLE, "nổ hũ"), (Kind.BODY, "nổ hũ. " * 500))
    assert often.scores == {"gambling": CAP}
    assert lowest_limit() > CAP


def test_same_word_in_two_forms_is_one_phrase() -> None:
    automaton = Automaton.build(
        [Phrase((text,), 100, "gambling", "t") for text in ("casino", "casinos")]
    )
    page = Page((Part(Kind.BODY, "casino casinos"),))
    assert score(page, automaton).scores == {"gambling": CAP}


def test_phrase_within_a_longer_one_does_not_count_besides() -> None:
    inside = scored((Kind.BODY, "nổ hũ đổi thưởng"))
    assert [e.phrase for e in inside.evidence["gambling"]] == ["nổ hũ đổi thưởng"]
    assert inside.scores["gambling"] == CAP


def test_combination_is_more_than_one_phrase() -> None:
    assert body("nạp tiền nhanh, rút tiền nhanh") > CAP
    assert body("nạp tiền nhanh") == 0


def test_title_counts_more_than_body_and_navigation_least() -> None:
    by_kind = {kind: scored((kind, "nổ hũ. tài xỉu")).scores["gambling"] for kind in FACTORS}
    assert by_kind[Kind.TITLE] == by_kind[Kind.HEADING] > by_kind[Kind.BODY]
    assert by_kind[Kind.BODY] > by_kind[Kind.HIDDEN] > by_kind[Kind.NAVIGATION] > 0


def test_repeats_add_less_and_less() -> None:
    once, twice, often = (body("tài xỉu. " + "nổ hũ. " * times) for times in (1, 2, 50))
    assert once < twice < often
    assert often - once < 2 * (body("tài xỉu. nổ hũ. cá độ. nhà cái.") - once)


def test_short_page_needs_less_than_a_long_one() -> None:
    spam = "nổ hũ. tài xỉu. "
    lengths = [body(spam + FILLER * many) for many in (1, 60, 600, 6000)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] == pytest.approx(body(spam), abs=0.1)
    assert lengths[0] > 60 > 20 > lengths[3]


def test_context_speaks_for_a_page_but_does_not_excuse_everything() -> None:
    against = body("nổ hũ. tài xỉu. cá độ")
    relieved = body("nổ hũ. tài xỉu. cá độ. cai nghiện")
    assert 0 < relieved < against
    stuffed = body("nổ hũ. tài xỉu. cá độ. " + "cai nghiện. bệnh viện. " * 100)
    assert 0 < stuffed < relieved


def test_context_of_every_category_speaks_for_each() -> None:
    page = "nổ hũ. tài xỉu. ma túy. thuốc lắc"
    before = scored((Kind.BODY, page)).scores
    after = scored((Kind.BODY, page + ". bệnh viện")).scores
    assert set(before) == set(after) == {"gambling", "drugs"}
    assert all(after[category] < before[category] for category in before)


@pytest.mark.parametrize("kind", [Kind.HIDDEN, Kind.NAVIGATION])
def test_context_that_nobody_sees_excuses_nothing(kind: Kind) -> None:
    page = (Kind.BODY, "nổ hũ. tài xỉu")
    assert scored(page, (kind, "cai nghiện. bệnh viện")).scores == scored(page).scores


def test_context_alone_is_no_accusation() -> None:
    assert scored((Kind.BODY, "bệnh viện cai nghiện")).scores == {}


def test_evidence_names_what_counted_where() -> None:
    found = scored((Kind.TITLE, "Nổ hũ"), (Kind.BODY, "nổ hũ tài xỉu cai nghiện"))
    first, *rest = found.evidence["gambling"]
    assert (first.phrase, first.kind, first.times, first.points) == ("nổ hũ", "title", 2, 75)
    assert {e.phrase: e.points for e in rest} == {"tài xỉu": 30, "cai nghiện": -30}
    assert first.source == "t:nổ_hũ"


def test_page_without_marks_is_read_without_them() -> None:
    assert body("no hu doi thuong, tai xiu") == body("nổ hũ đổi thưởng, tài xỉu")


def test_page_with_marks_is_not_read_without_them() -> None:
    assert body("Chúng tôi đã có kế hoạch. no hu doi thuong, tai xiu") == 0


def test_one_marked_word_hides_nothing_of_a_page_without_marks() -> None:
    plain = "no hu doi thuong\ntai xiu\n" + "con meo ngoi tren mai nha nhin troi xanh\n" * 60
    assert body(plain + "Café Trung Nguyên") == pytest.approx(body(plain), abs=1)
    assert body(plain.replace("tai xiu", "tài xỉu")) > CAP


def test_kinds_do_not_run_into_one_another() -> None:
    parts = ((Kind.TITLE, "nổ"), (Kind.HEADING, "hũ"), (Kind.BODY, "cá"), (Kind.BODY, "độ"))
    assert scored(*parts).scores == {}


def test_what_is_beyond_the_budget_is_told() -> None:
    page = (Kind.BODY, FILLER * 10 + "nổ hũ. tài xỉu")
    cut = scored(page, budget=Budget(characters=100))
    assert cut.scores == {}
    assert cut.unread == "only the first 100 characters were read"
    assert scored(page).unread == ""


def test_titles_are_read_before_anything_else_uses_up_the_budget() -> None:
    parts = ((Kind.BODY, FILLER * 100), (Kind.TITLE, "nổ hũ. tài xỉu"))
    assert scored(*parts, budget=Budget(characters=50)).scores["gambling"] > CAP


def test_what_the_reader_left_out_is_passed_on() -> None:
    page = Page((Part(Kind.BODY, FILLER),), unread="nested too deep")
    assert score(page, AUTOMATON, budget=Budget(50)).unread == (
        "nested too deep; only the first 50 characters were read"
    )


def test_score_stays_within_its_range_on_any_text() -> None:
    random = Random(5)
    pieces = ["nổ hũ", "tài xỉu", "nạp tiền", "rút tiền", "cai nghiện", "bệnh viện", "\x1e", "\n"]
    pieces += [
        "\x00",
        "\ud800",
        "🔥",
        "no hu",
        ". ",
        " ",
        "\u00a0",
        "İ",
        "ǅ",
        "a\u0301",
        "\x02\x01",
    ]
    for _ in range(300):
        parts = [
            Part(
                random.choice(list(Kind)), "".join(random.choices(pieces, k=random.randint(0, 40)))
            )
            for _ in range(random.randint(0, 6))
        ]
        found = score(Page(tuple(parts)), AUTOMATON)
        assert all(0 <= value <= 100 for value in found.scores.values())
        assert set(found.scores) == set(found.evidence)


@pytest.mark.deep
def test_hostile_page_is_bounded() -> None:
    page = Page((Part(Kind.BODY, "nổ hũ " * 2_000_000),))
    found = score(page, AUTOMATON)
    assert found.unread
    assert 0 < found.scores["gambling"] <= CAP
