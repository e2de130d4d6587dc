"""What is harmless stays below the limit of 9-12: lessons, news, health, stories, everyday words.

The figures of every tier and corpus are `python -m benchmarks accuracy`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import accuracy
from benchmarks.accuracy import TIER, Judged
from benchmarks.pages import WrittenPage, corpora, without_marks, written_pages
from kidgate.content.phrases.automaton import Automaton
from kidgate.content.phrases.score import CAP, score
from kidgate.content.text.page import Kind, Page, Part
from kidgate.documents.builtin import load_builtin

TIERS = {row.key: row.text_limits for row in load_builtin()[0] if row.text_limits}
LIMITS = TIERS[TIER]
HARMLESS = [page for name in accuracy.HARMLESS.values() for page in written_pages(name)]
# Self-harm is warned of, not blocked; this one is a list of what people who harm themselves do.
KNOWN = {"4_MPlus_Health_Topics_QA/0000804"}
# Text around a word that means nothing by itself.
AROUND = {
    "vi": "Hôm nay trời đẹp, cả lớp đi tham quan, nhắc tới {word} và vui, rồi ăn trưa dưới cây.",
    "en": "It was a fine day, the class went out and spoke of {word}, then had lunch under a tree.",
}


def scores(text: str, own: Automaton) -> dict[str, float]:
    return dict(score(Page((Part(Kind.BODY, text),)), own).scores)


@pytest.mark.parametrize("spell", [str, without_marks], ids=["as written", "without marks"])
@pytest.mark.parametrize("page", HARMLESS, ids=lambda page: page.name)
def test_page_that_only_speaks_of_it_stays_below(
    page: WrittenPage, spell: Callable[[str], str], own: Automaton
) -> None:
    found = Judged(page.name, "", score(page.page(spell), own))
    assert not found.is_wrong(LIMITS), found.told(LIMITS)


def _wrong(own: Automaton, shared: Path, *, step: int) -> tuple[set[str], int]:
    """Wrong pages of every so-maniest of the corpora, with their marks and without."""
    wrong: set[str] = set()
    count = 0
    for _, pages in corpora(shared / "data/text"):
        for page in pages[::step]:
            for spell in (str, without_marks):
                count += 1
                if Judged(page.name, "", score(page.page(spell), own)).is_wrong(LIMITS):
                    wrong.add(page.name)
    return wrong, count


@pytest.mark.shared
def test_real_harmless_pages_stay_below(shared: Path, own: Automaton) -> None:
    wrong, _ = _wrong(own, shared, step=8)
    assert wrong <= KNOWN


@pytest.mark.deep
@pytest.mark.shared
def test_every_real_harmless_page_stays_below(shared: Path, own: Automaton) -> None:
    wrong, count = _wrong(own, shared, step=1)
    assert wrong <= KNOWN
    assert len(wrong) <= count * 0.005


def _common_words(shared: Path, language: str, first: int) -> list[str]:
    path = shared / f"data/phrases/freq/{language}_50k.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [line.split()[0] for _, line in zip(range(first), file, strict=False)]


@pytest.mark.shared
@pytest.mark.parametrize("language", ["vi", "en"])
def test_common_word_in_neutral_text_stays_below_every_limit(
    language: str, shared: Path, own: Automaton
) -> None:
    for word in _common_words(shared, language, 1500):
        found = scores(AROUND[language].format(word=word), own)
        assert max(found.values(), default=0) <= CAP, (word, found)


@pytest.mark.deep
@pytest.mark.shared
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_common_word_in_neutral_text_stays_below_every_limit(
    language: str, shared: Path, own: Automaton
) -> None:
    for word in _common_words(shared, language, 50_000):
        found = scores(AROUND[language].format(word=word), own)
        assert max(found.values(), default=0) <= CAP, (word, found)


@pytest.mark.shared
@pytest.mark.parametrize("language", ["vi", "en"])
def test_page_of_the_commonest_words_stays_below(
    language: str, shared: Path, own: Automaton
) -> None:
    found = scores(" ".join(_common_words(shared, language, 2000)), own)
    assert all(value < LIMITS.get(key, 101) for key, value in found.items()), found


@pytest.mark.shared
def test_machine_translated_bad_words_never_hit(shared: Path, own: Automaton) -> None:
    path = shared / "data/phrases/washyourmouth.json.gz"
    words = json.loads(gzip.decompress(path.read_bytes()))["vi"]
    assert len(words) > 100
    for word in words:
        found = scores(AROUND["vi"].format(word=word), own)
        assert max(found.values(), default=0) <= CAP, (word, found)


@pytest.mark.parametrize(
    "text",
    [
        "đ/c: 12 Lê Lợi. Các má ơi, lồng đèn đây! Lon nước, cu Tí, cái lồng chim, cả các con.",
        "dia chi: 12 le loi. cac ma oi, long den day! lon nuoc, cu ti, cai long chim, ca cac con",
        "Từ từ rồi khoai sẽ nhừ, bảo đảm không đau. Bàn đạp, bán đạn mỳ, ca đó, cả đội, can sạch.",
        "tu tu roi khoai se nhu, bao dam khong dau, bi chan duong, con di hoc, con pho dep, so de",
        "Hoa dâm bụt nở đỏ, cây dâu, dầm mưa, buổi sáng ở đồi, đi bộ, độ cao, cặp sách, sóc con.",
        "Essex, Sussex, Scunthorpe, analysis, assassin, cockpit, therapist, Dickens, grape, title",
    ],
)
def test_everyday_words_that_look_alike_stay_below_every_limit(text: str, own: Automaton) -> None:
    assert max(scores(text, own).values(), default=0) <= CAP
