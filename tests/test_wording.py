"""Wording as HTML: lines, items, rows and marks."""

from assistant.wording import cells, wording_html


def test_a_row_has_cells_with_the_names_of_their_columns() -> None:
    row = "Hund: zweiter Hund | Zeit: 8:30 Uhr: pünktlich | ohne Namen"
    found = [(cell.name, row[cell.start : cell.end]) for cell in cells(row)]
    assert found == [("Hund", "zweiter Hund"), ("Zeit", "8:30 Uhr: pünktlich"), ("", "ohne Namen")]


def test_a_row_of_one_cell_is_no_sentence() -> None:
    assert wording_html("Nur dies |") == '<dl class="cells"><div><dt></dt><dd>Nur dies</dd></div></dl>'


def test_marks_of_a_row_leave_the_names_of_columns_out() -> None:
    wording = "Vorher.\nHund: <zweiter> | Steuer: 120 Euro"
    html = wording_html(wording, [(8, len(wording))])
    assert "<dt>Hund</dt><dd><mark>&lt;zweiter&gt;</mark></dd>" in html
    assert "<dt>Steuer</dt><dd><mark>120 Euro</mark></dd>" in html
    assert '<span class="line depth-0">Vorher.</span>' in html


def test_rows_of_the_same_columns_are_one_table() -> None:
    html = wording_html("Hund: erster | Steuer: 96 Euro\nHund: zweiter | Steuer: 132 Euro\nDanach.", [(37, 44)])
    assert html.count("<table") == 1
    assert html.count("<th ") == 2
    assert "<tr><td><mark>zweiter</mark></td><td>132 Euro</td></tr>" in html
    assert html.endswith('<span class="line depth-0">Danach.</span>')
