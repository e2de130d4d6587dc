"""The school's report as CSV and PDF: whole, in Vietnamese, and nothing in it acts."""

from __future__ import annotations

import csv
import io
import re
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kidgate.documents.reports.csv_file import BOM, csv_text, safe_cell
from kidgate.documents.reports.pdf import NoPdf, font_files, pdf_bytes
from kidgate.documents.reports.school import Asked, Checked, School, pseudonym, school_report

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2026, 11, 1)
FACTS = School(
    first=DAY,
    last=date(2026, 11, 23),
    zone=ZONE,
    made_at=AT,
    made_by="cô Hạnh",
    version="0.1.0",
    policy="12",
    by_day=[(DAY + timedelta(days=n), n * 3) for n in range(23)],
    categories=[("games", 40), ("homemade", 2)],
    reasons=[("category", 42), ("bedtime", 7)],
    tiers=[("9-12", 49)],
    pupils=[("=HYPERLINK(1)", 30), ("mai", 19)],
    requests=[Asked(AT, "mai", "@evil.example\u202e", "approved", "cô")],
    checks=[
        Checked("r1", AT, "cô", "9-12", "category:adult", "https://a.test/", "stopped", "b", True),
        Checked("r1", AT, "cô", "9-12", "help:tongdai111.vn", "https://t/", "open", "block", False),
        Checked("r1", AT, "cô", "", "feed:adult", "", "listed", "no list", False),
    ],
)


def rows(language: str = "vi") -> list[list[str]]:
    text = csv_text(school_report(FACTS, language))
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM))))


def test_csv_has_every_table_in_words() -> None:
    found = rows()
    assert ["Trò chơi", "Trò chơi trên mạng và cửa hàng trò chơi.", "40"] in found
    assert ["homemade", "", "2"] in found
    assert ["giờ ngủ", "7"] in found
    assert ["2026-11-23", "66"] in found
    assert ["Số lần chặn", "759"] in found
    checked = [row for row in found if "KHÔNG ĐẠT" in row]
    assert [row[3] for row in checked] == ["tongdai111.vn", "Người lớn"]
    assert [row[5] for row in checked] == ["block", "không có danh sách"]
    assert ["Stopped attempts", "759"] in rows("en")


def test_result_of_a_check_is_said_in_words() -> None:
    check = replace(FACTS.checks[0], result="block category")
    table = school_report(replace(FACTS, checks=[check]), "vi").tables[-1]
    assert table.rows[0][5] == "bị chặn: chủ đề"


def test_pdf_fills_the_bars_of_the_days_and_nothing_else() -> None:
    data = pdf_bytes(school_report(FACTS, "vi"))
    streams = re.findall(rb"FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    drawn = [zlib.decompressobj().decompress(found) for found in streams]
    filled = [len(re.findall(rb" re f\b", page)) for page in drawn if b" re f" in page]
    assert filled == [len(FACTS.by_day)]


def test_cells_of_a_spreadsheet_are_no_formulas() -> None:
    found = rows()
    assert ["'=HYPERLINK(1)", "30"] in found
    (asked,) = [row for row in found if "mai" in row and len(row) == 5]
    assert asked[2] == "'@evil.example\\u202e"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "  =", "  ＠"])
def test_cell_that_begins_like_a_formula_is_quoted(begin: str) -> None:
    assert safe_cell(f"{begin}1") == f"'{begin}1"
    assert safe_cell(f"1{begin}") == f"1{begin}"


def test_pdf_is_whole_and_has_its_font_with_it() -> None:
    data = pdf_bytes(school_report(replace(FACTS, pupils=()), "vi"))
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
    assert b"/FontFile2" in data and b"DejaVuSans" in data
    # Letters that only Vietnamese has stand in the font that goes with it: no box in their place.
    assert re.search(rb"beginbfchar[^e]*<1EB7>", data)  # ặ


def test_font_that_is_missing_is_named_with_its_package(tmp_path: Path) -> None:
    with pytest.raises(NoPdf, match="fonts-dejavu-core"):
        font_files([tmp_path])


def test_pseudonym_is_stable_and_of_this_house_alone() -> None:
    mine, theirs = pseudonym(b"k" * 32), pseudonym(b"l" * 32)
    assert mine("mai") == mine("mai") != mine("nam")
    assert mine("mai") != theirs("mai") and "mai" not in mine("mai")
    assert mine("") == ""
