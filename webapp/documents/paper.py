"""A4 in our fonts: text in the scripts of India, figures with their ₹, codes; every byte follows from what is drawn.

What no font of ours can draw (an emoji in a name) becomes a question mark, and nothing fails.
"""

from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import TTFFont

from webapp.documents.codes import Code

FONTS = Path(__file__).resolve().parent / "fonts"
INK, SOFT, LINE, NIGHT, MARIGOLD = (27, 26, 46), (75, 73, 99), (176, 168, 150), (28, 26, 82), (196, 128, 8)
MARGIN = 14.0  # mm
WIDTH, HEIGHT = 210.0, 297.0
INSIDE = WIDTH - 2 * MARGIN
LEADING = 1.32  # line height of a size in points, which is 0.3528 mm

# Blocks of Unicode of the scripts that Noto Sans itself does not draw, and the file that does.
_SCRIPTS = {
    "Devanagari": range(0x0900, 0x0980),
    "Bengali": range(0x0980, 0x0A00),
    "Gurmukhi": range(0x0A00, 0x0A80),
    "Gujarati": range(0x0A80, 0x0B00),
    "Oriya": range(0x0B00, 0x0B80),
    "Tamil": range(0x0B80, 0x0C00),
    "Telugu": range(0x0C00, 0x0C80),
    "Kannada": range(0x0C80, 0x0D00),
    "Malayalam": range(0x0D00, 0x0D80),
}
_ALIKE = str.maketrans("−", "–")  # the fonts have no minus sign


class Paper(FPDF):
    """Pages on which text is put where it belongs, in millimetres from the upper left; `made_at` is written into it."""

    def __init__(self, title: str, made_at: datetime):
        super().__init__(format="A4", unit="mm")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.set_title(title)
        self.set_creator("Yaana")
        self.set_lang("en-IN")
        self.set_creation_date(made_at)
        self.add_font("text", "", FONTS / "NotoSans-Regular.ttf")
        self.add_font("text", "B", FONTS / "NotoSans-Bold.ttf")
        self.add_font("display", "", FONTS / "Bricolage-Bold.ttf")
        self._scripts: list[str] = []

    def bytes(self) -> bytes:
        return bytes(self.output())

    def close(self) -> None:
        """Let go of the files of the fonts; fpdf2 does so only when it has made its bytes."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    # ---- text

    def put(self, x, y, text, size=9.0, style="", colour=INK, width=INSIDE, align="L", font="text") -> float:
        """`text` in as many lines as `width` mm need, its upper edge at `y`; where the next may begin."""
        self.set_font(font, style, size)
        self.set_text_color(*colour)
        height = size * 0.3528 * LEADING
        for line in self._lines(self.drawn(text), width):
            self.current_font_is_set_on_page = False  # fpdf2 forgets it after letters of another font
            self.set_xy(x, y)
            self.cell(width, height, line, align=align)
            y += height
        return y

    def _lines(self, text: str, width: float) -> list[str]:
        self.set_text_shaping(_needs_shaping(text))  # what needs none is drawn much faster without
        if self.get_string_width(text) <= width:
            return [text]
        lines = self.multi_cell(width, 1, text, dry_run=True, output=MethodReturnValue.LINES)
        return lines if isinstance(lines, list) else [text]

    def put_fitted(self, x, y, text, size, width, least=7.0, **how) -> float:
        """In one line while that stays readable: smaller until it fits; what does not even then is broken."""
        self.set_font(how.get("font", "text"), how.get("style", ""), size)
        line = self.drawn(text)
        self.set_text_shaping(_needs_shaping(line))
        while size > least and self.get_string_width(line) > width:
            size -= 0.5
            self.set_font_size(size)
        return self.put(x, y, text, size, width=width, **how)

    def fact(self, x, y, label, value, width, size=9.5, style="B") -> float:
        """A small label and its value below."""
        y = self.put(x, y, label, 7, colour=SOFT, width=width)
        return self.put(x, y, value, size, style, width=width)

    def drawn(self, text: str) -> str:
        """`text` as our fonts can draw it; loads those that it needs."""
        return "".join(letter if self._can_draw(letter) else "?" for letter in text.translate(_ALIKE))

    def _can_draw(self, letter: str) -> bool:
        script = _script_of(letter)
        if script:
            self._load(script)
        font = self.fonts[(script or "text").lower()]
        return letter in "\n\u200c\u200d" or (isinstance(font, TTFFont) and ord(letter) in font.cmap)

    def _load(self, script: str) -> None:
        if script in self._scripts:
            return
        name = script.lower()
        self.add_font(name, "", FONTS / f"NotoSans{script}-Regular.ttf")
        bold = FONTS / f"NotoSans{script}-Bold.ttf"
        self.add_font(name, "B", bold if bold.exists() else FONTS / f"NotoSans{script}-Regular.ttf")
        self._scripts.append(script)
        self.set_fallback_fonts([each.lower() for each in self._scripts], exact_match=False)

    # ---- drawing

    def box(self, x, y, width, height) -> None:
        self.set_draw_color(*LINE)
        self.set_line_width(0.3)
        self.rect(x, y, width, height, round_corners=True, corner_radius=4)

    def dots(self, x1, y1, x2, y2) -> None:
        """A dotted line, across or down: along it the stub is torn off, and parts end."""
        self.set_fill_color(*LINE)
        count = int(max(x2 - x1, y2 - y1) / 1.7)
        for number in range(count + 1):
            share = number / count
            self.circle(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share, 0.3, style="F")

    def way(self, x1, x2, y, rise=7.0) -> None:
        """From here to there: dots along a curve, as everywhere on the site."""
        self.set_fill_color(*MARIGOLD)
        steps = max(6, int((x2 - x1) / 2.4))
        for step in range(1, steps):
            share = step / steps
            self.circle(x1 + (x2 - x1) * share, y - rise * 4 * share * (1 - share), 0.38, style="F")
        self.set_fill_color(*NIGHT)
        for x in (x1, x2):
            self.circle(x, y, 0.9, style="F")

    def code(self, code: Code, x, y, side) -> None:
        """A QR code of `side` mm, as squares: sharp at any size; the white around it is the paper's."""
        each = side / code.side
        self.set_fill_color(0, 0, 0)
        for column, row, length in code.runs:
            self.rect(x + column * each, y + row * each, length * each, each, style="F")


def _script_of(letter: str) -> str | None:
    return next((name for name, block in _SCRIPTS.items() if ord(letter) in block), None)


def _needs_shaping(text: str) -> bool:
    """Vowel signs and joined letters of India's scripts stand where a shaper puts them."""
    return any(_script_of(letter) for letter in text)
