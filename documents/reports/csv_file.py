"""A report as CSV: its tables one after the other, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from kidgate.documents.reports.school import Report

# A spreadsheet takes a cell that begins so for a formula and runs it: a site's name or a child's
# note must not. The list of OWASP's page on CSV injection.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"  # without it spreadsheets read Vietnamese as Latin-1


def csv_text(report: Report) -> str:
    """RFC 4180: CRLF, quotes where they are needed. A title, then each table with its heading."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([safe_cell(report.title)])
    rows.writerows([safe_cell(line)] for line in report.lines)
    for table in report.tables:
        rows.writerow([])
        rows.writerow([safe_cell(table.title)])
        rows.writerow([safe_cell(name) for name in table.columns])
        rows.writerows([safe_cell(cell) for cell in row] for row in table.rows)
    return BOM + out.getvalue()


def safe_cell(text: str) -> str:
    """A cell that is text whatever it begins with, blanks before it included."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
