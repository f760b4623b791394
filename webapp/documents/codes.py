"""QR codes as what pages and paper draw of them: rows of dark modules side by side. Pure."""

from dataclasses import dataclass

from segno import make_qr

QUIET = 4  # modules of white around it, which readers need (ISO/IEC 18004)


@dataclass(frozen=True)
class Code:
    """`runs` are (column, row, how many) of dark modules; `side` is that of the square, without the quiet zone."""

    side: int
    runs: tuple[tuple[int, int, int], ...]

    @property
    def path(self) -> str:
        """For the `d` of an SVG path, one unit a module."""
        return "".join(f"M{column} {row}h{length}v1h-{length}z" for column, row, length in self.runs)

    @property
    def box(self) -> str:
        """For the `viewBox` around the path, the quiet zone with it."""
        return f"{-QUIET} {-QUIET} {self.side + 2 * QUIET} {self.side + 2 * QUIET}"


def code_of(text: str) -> Code:
    """Read from paper that was folded: a quarter of it may be missing."""
    matrix = make_qr(text, error="q").matrix
    runs = tuple((start, row, length) for row, line in enumerate(matrix) for start, length in _runs(line))
    return Code(len(matrix), runs)


def _runs(line: bytearray) -> list[tuple[int, int]]:
    """(first, how many) of the dark modules that stand side by side."""
    runs: list[tuple[int, int]] = []
    for place, is_dark in enumerate(line):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
