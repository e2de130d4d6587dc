"""A report as PDF, with a font that has Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kidgate.documents.reports.school import Report, Table
from kidgate.documents.sentences import load_sentences

if TYPE_CHECKING:
    from fpdf import FPDF

# Where systems keep DejaVu Sans: Debian and Ubuntu, Arch, Fedora, Alpine, FreeBSD.
FOLDERS = (
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/TTF"),
    Path("/usr/share/fonts/dejavu-sans-fonts"),
    Path("/usr/share/fonts/dejavu"),
    Path("/usr/local/share/fonts/dejavu"),
)
FONT = "DejaVuSans"
SMALL, NORMAL, LARGE = 8, 10, 18  # points
MOST_BARS = 62  # days drawn


class NoPdf(RuntimeError):
    """No PDF can be made here; the message says what to install."""


def pdf_bytes(report: Report, folders: Iterable[Path] = FOLDERS) -> bytes:
    """The report on A4. Raises NoPdf without the library or the font."""
    try:
        from fpdf import FPDF
        from fpdf.fonts import FontFace
    except ImportError:
        raise NoPdf("the library for PDF is not there; install kidgate[reports]") from None
    words = load_sentences(__package__ or "", report.language)
    # Pages are numbered by the library's own words for "page n of all".
    ending = words.fill("page", page="%s", pages="{nb}")

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(FONT, size=SMALL)
            self.cell(0, 6, ending % self.page_no(), align="R")

    paper = Paper(format="A4")
    for style, file in font_files(folders).items():
        paper.add_font(FONT, style, file)
    paper.set_title(report.title)
    paper.set_lang(report.language)
    paper.set_auto_page_break(True, 18)
    paper.add_page()
    paper.set_font(FONT, "B", LARGE)
    _line(paper, 10, report.title)
    paper.set_font(FONT, size=NORMAL)
    for line in report.lines:
        _line(paper, 6, line)
    for number, table in enumerate(report.tables):
        paper.ln(5)
        paper.set_font(FONT, "B", NORMAL + 2)
        _line(paper, 8, table.title)
        paper.set_font(FONT, size=SMALL)
        if not table.rows:
            _line(paper, 6, words("empty"))
            continue
        if number == 1:
            _bars(paper, table)
        _table(paper, table, FontFace(emphasis="BOLD"))
    return bytes(paper.output())


def font_files(folders: Iterable[Path] = FOLDERS) -> dict[str, Path]:
    """The font's files by style. Raises NoPdf."""
    for folder in folders:
        plain, bold = folder / f"{FONT}.ttf", folder / f"{FONT}-Bold.ttf"
        if plain.is_file() and bold.is_file():
            return {"": plain, "B": bold}
    raise NoPdf(
        "the font DejaVu Sans, which has Vietnamese, is not installed; install the package "
        "fonts-dejavu-core (Debian, Ubuntu), dejavu-sans-fonts (Fedora) or ttf-dejavu (Arch)"
    )


def _line(paper: FPDF, height: float, text: str) -> None:
    paper.multi_cell(0, height, text, new_x="LMARGIN", new_y="NEXT")


def _table(paper: FPDF, table: Table, heading: object) -> None:
    aligns = ["RIGHT" if n in table.numbers else "LEFT" for n in range(len(table.columns))]
    widths = [_width(table, n) for n in range(len(table.columns))]
    with paper.table(
        text_align=tuple(aligns),
        col_widths=widths,
        headings_style=heading,
        borders_layout="HORIZONTAL_LINES",
        line_height=4.5,
    ) as drawn:
        for cells in (table.columns, *table.rows):
            row = drawn.row()
            for cell in cells:
                row.cell(cell)


def _width(table: Table, column: int) -> int:
    """How wide a column is beside the others: by its longest cell, within reason."""
    longest = max(len(row[column]) for row in (table.columns, *table.rows))
    return min(max(longest, 8) + 2, 34)


def _bars(paper: FPDF, table: Table) -> None:
    """The counts of the days as bars; the table below says the numbers."""
    counts = [int(row[1]) for row in table.rows][-MOST_BARS:]
    most, height = max(*counts, 1), 25.0
    width = min(paper.epw / len(counts), 8.0)
    if paper.will_page_break(height + 4):
        paper.add_page()
    left, base = paper.l_margin, paper.get_y() + height
    # The colour holds for the bars alone: tables fill their cells with whatever colour is set.
    with paper.local_context(fill_color=(60, 110, 170)):
        for number, count in enumerate(counts):
            tall = height * count / most
            paper.rect(left + number * width, base - tall, width * 0.8, max(tall, 0.2), style="F")
    paper.set_y(base + 4)
