"""CSV files of others: read as the csv module reads them, written back byte by byte."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notegrad.errors import InputError
from notegrad.intake.class_list.spreadsheet import Sheet, read_sheet

CELLS = st.text(st.sampled_from("ab é\"ع,;\t\n='0"), max_size=6)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6)


def written(rows: list[list[str]], separator: str, end: str, quoting: int) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerow(["head", "of", "columns"])
    writer.writerows(rows)
    return text.getvalue().encode()


@given(
    ROWS,
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.booleans(),
)
def test_cells_are_those_of_the_csv_module(rows, separator, end, quoting, bom) -> None:
    """Whatever the separator, line ends, quotes and mark; and nothing replaced gives the same bytes."""
    data = (b"\xef\xbb\xbf" if bom else b"") + written(rows, separator, end, quoting)
    sheet = Sheet(data, "x.csv")
    assert [[cell.text for cell in row] for row in sheet.rows[1:]] == rows
    assert sheet.replaced({}) == data


@given(ROWS, CELLS, st.data(), st.sampled_from(",;\t"))
def test_replacing_one_cell_changes_no_other_byte(rows, text, data, separator) -> None:
    """Before and after the cell the bytes are the same, and the cell reads as what was written."""
    before = written(rows, separator, "\r\n", csv.QUOTE_MINIMAL)
    sheet = Sheet(before, "x.csv")
    row = data.draw(st.integers(1, len(rows)))
    column = data.draw(st.integers(0, len(rows[row - 1]) - 1))
    after = sheet.replaced({(row, column): text})
    cell = sheet.rows[row][column]
    assert after.startswith(before[: cell.start])
    assert after.endswith(before[cell.end :])
    read = [[cell.text for cell in row] for row in Sheet(after, "x.csv").rows[1:]]
    rows[row - 1][column] = text
    assert read == rows


@pytest.mark.parametrize(
    ("page", "encoding"), [("utf-8", "utf-8"), ("cp1252", "cp1252"), ("mac_roman", "mac_roman")]
)
def test_old_encodings_are_read_and_kept(page: str, encoding: str) -> None:
    """A file that Excel saved in its code page keeps it, also in the cell that is replaced."""
    data = "Identifiant;Élève;Note\n1;Zoé Lefèvre;\n".encode(page)
    sheet = Sheet(data, "x.csv")
    assert (sheet.encoding, sheet.separator, sheet.rows[1][1].text) == (encoding, ";", "Zoé Lefèvre")
    assert sheet.replaced({(1, 2): "réussi"}) == data.replace(b"vre;", b"vre;" + "réussi".encode(page))


@pytest.mark.parametrize(
    "data", ["a,b\n".encode("utf-16")[:-1], "a,b\n".encode("utf-16-le"), b"a\0b", b'a,b\n"open', b'a,"']
)
def test_what_is_no_csv_is_told(data: bytes) -> None:
    """Half of UTF-16 or without its mark, binary files and quotes that never close are one sentence."""
    with pytest.raises(InputError, match=r"x\.csv"):
        Sheet(data, "x.csv")


def test_a_workbook_is_told(tmp_path: Path) -> None:
    """An Excel file under whatever name is one sentence that says how to save it."""
    path = tmp_path / "classe.csv"
    path.write_bytes(b"PK\x03\x04 xl/workbook.xml")
    with pytest.raises(InputError) as refused:
        read_sheet(path)
    assert "enregistrez-le d" in refused.value.text("fr")
