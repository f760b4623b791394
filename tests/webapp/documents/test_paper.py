"""Whatever people are called is drawn; read back, it is what was written."""

import logging
from contextlib import closing
from datetime import UTC, datetime

import pytest

from tests.webapp.documents.reading import text_of
from webapp.documents.codes import code_of
from webapp.documents.paper import FONTS, Paper

MADE = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)


def drawn(*texts: str, width: float = 180) -> bytes:
    with closing(Paper("Ticket", MADE)) as paper:
        paper.add_page()
        for place, text in enumerate(texts):
            paper.put(10, 10 + 40 * place, text, 12, "B", width=width)
        return paper.bytes()


@pytest.mark.parametrize(
    "text",
    [
        "₹12,34,567.50 – 20%",
        "आशा श्रीवास्तव",
        "ರವಿ ಕುಮಾರ್",
        "தமிழ்",
        "Łukasz Żółć-Müller",
        "Nguyễn Дмитрий Ολγα",
    ],
)
def test_letters_are_there_and_none_is_an_empty_box(text, caplog):
    with caplog.at_level(logging.WARNING):
        read = text_of(drawn(text))

    assert read.replace(" ", "") == text.replace(" ", "")
    assert "missing" not in caplog.text


def test_what_no_font_has_is_a_question_mark_and_nothing_fails():
    assert text_of(drawn("Asha 😀 王 Rao")) == "Asha ? ? Rao"
    assert text_of(drawn("−₹882")) == "–₹882"  # there is a dash of the same width


def test_nothing_is_lost_after_letters_of_another_font():
    """fpdf2 2.8.9 draws such lines without a font, so that nobody sees them."""
    read = text_of(drawn("आशा " + "y" * 60, "and this", width=60))

    assert read.replace(" ", "").count("y") == 60
    assert "and this" in read
    assert drawn("आशा " + "y" * 60, width=60).count(b"No font") == 0


def test_the_files_of_the_fonts_are_closed_also_when_nothing_was_made():
    """fpdf2 closes them when it has made its bytes, and else leaves them to whoever collects the garbage."""
    paper = Paper("Ticket", MADE)
    files = [font.ttfont.reader.file for font in paper.fonts.values()]

    paper.close()

    assert len(files) == 3
    assert all(file.closed for file in files)


def test_the_same_moment_makes_the_same_bytes():
    assert drawn("Asha आशा") == drawn("Asha आशा")


def test_what_is_too_wide_is_drawn_smaller_before_it_is_broken():
    with closing(Paper("Ticket", MADE)) as paper:
        paper.add_page()
        one_line = paper.put_fitted(10, 10, "A name of some length", 20, 60)
        several = paper.put(10, 10, "A name of some length", 20, width=60)

    assert one_line < several


def test_a_code_is_its_dark_squares():
    code = code_of("http://127.0.0.1:5000/check/x")

    dark = sum(length for _, _, length in code.runs)
    assert code.runs[0] == (0, 0, 7)  # the upper edge of the first finder pattern
    assert code.path.startswith("M0 0h7v1h-7z")
    assert 0.4 < dark / code.side**2 < 0.6
    assert code.box == f"-4 -4 {code.side + 8} {code.side + 8}"


def test_the_fonts_have_their_licence_beside_them():
    licence = (FONTS / "OFL.txt").read_text()

    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert sum(file.stat().st_size for file in FONTS.iterdir()) < 1_300_000
