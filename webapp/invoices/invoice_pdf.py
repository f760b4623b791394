"""Invoices and credit notes as PDF, each beginning on a page of its own."""

from collections.abc import Sequence
from contextlib import closing

from webapp.bookings.states import known
from webapp.bookings.views import in_india
from webapp.documents.paper import HEIGHT, INSIDE, MARGIN, SOFT, Paper
from webapp.filters import day, rupees_exact
from webapp.invoices import content
from webapp.invoices.content import MIXED, Line
from webapp.invoices.models import Invoice

TITLES = {"INVOICE": "Invoice", "CREDIT_NOTE": "Credit note"}
# Left edge, width and side of each column, in mm from the margin.
COLUMNS = ((0, 82, "L"), (84, 16, "L"), (100, 26, "R"), (128, 28, "R"), (158, 24, "R"))
HEADS = ("What", "SAC", "Before tax", "GST", "Sum")
LAST = HEIGHT - 60


def invoices_pdf(invoices: Sequence[Invoice]) -> bytes:
    """At least one; dated by the last, so that the same documents are the same bytes."""
    with closing(Paper(f"Invoice {invoices[0].text}", invoices[-1].issued_at)) as paper:
        for invoice in invoices:
            _draw(paper, invoice, invoices[0])
        return paper.bytes()


def _draw(paper: Paper, invoice: Invoice, first: Invoice) -> None:
    said = content.from_payload(invoice.content)
    y = _begin(paper, invoice, first, said)
    for line in said.lines:
        y = _heads(paper, _next_page(paper, invoice)) if y > LAST else y
        y = _row(paper, y, _cells(line))
    _sums(paper, y + 2, said)


def _begin(paper: Paper, invoice: Invoice, first: Invoice, said: content.Paper) -> float:
    y = _next_page(paper, invoice)
    issued = day(known(in_india(invoice.issued_at)))
    half = INSIDE / 2
    left = paper.put(MARGIN, y, "From", 7, colour=SOFT)
    for text in said.supplier:
        left = paper.put(MARGIN, left, text, 9.5, width=half - 4)
    right = paper.put(MARGIN + half, y, "To", 7, colour=SOFT)
    for text in said.customer:
        right = paper.put(MARGIN + half, right, text, 9.5, width=half)
    y = max(left, right) + 4
    facts = [("Date", issued), ("Yaana reference", said.reference), ("Currency", "Indian rupees (INR)")]
    if invoice is not first:
        facts.append(("Credits invoice", first.text))
    for place, (label, value) in enumerate(facts):
        paper.fact(MARGIN + place * INSIDE / 4, y, label, value, INSIDE / 4 - 2)
    return _heads(paper, y + 16)


def _next_page(paper: Paper, invoice: Invoice) -> float:
    paper.add_page()
    paper.put(MARGIN, 9, "Yaana", 20, font="display")
    paper.put(MARGIN, 9, TITLES[invoice.kind], 14, align="R", font="display")
    paper.put(MARGIN, 15.5, invoice.text, 10, "B", align="R")
    paper.dots(MARGIN, 24, MARGIN + INSIDE, 24)
    return 29.0


def _heads(paper: Paper, y: float) -> float:
    for (x, width, side), text in zip(COLUMNS, HEADS, strict=True):
        paper.put(MARGIN + x, y, text, 7.5, "B", SOFT, width, side)
    return y + 6


def _cells(line: Line) -> tuple[str, ...]:
    rate = (
        "as charged"
        if line.rate == MIXED and line.tax_minor
        else f"{line.rate}%"
        if line.rate > 0
        else "none"
    )
    return (
        line.what,
        line.code,
        rupees_exact(line.taxable_minor),
        f"{rupees_exact(line.tax_minor)}\n{line.tax}, {rate}" if line.tax_minor else "none",
        rupees_exact(line.total_minor),
    )


def _row(paper: Paper, y: float, cells: tuple[str, ...]) -> float:
    ends = []
    for (x, width, side), text in zip(COLUMNS, cells, strict=True):
        below = y
        for place, part in enumerate(text.split("\n")):
            below = paper.put(
                MARGIN + x,
                below,
                part,
                6.5 if place else 8.5,
                colour=SOFT if place else (27, 26, 46),
                width=width,
                align=side,
            )
        ends.append(below)
    return max(ends) + 2.5


def _sums(paper: Paper, y: float, said: content.Paper) -> None:
    """The tax by its name, halves apart as the law names them, and the total."""
    paper.dots(MARGIN + 84, y, MARGIN + INSIDE, y)
    taxes = [("Before tax", sum(line.taxable_minor for line in said.lines))]
    igst = sum(line.tax_minor for line in said.lines if line.tax == "IGST")
    state = sum(line.tax_minor for line in said.lines if line.tax != "IGST")
    taxes += [("IGST", igst)] if igst else []
    taxes += [("CGST", state // 2), ("SGST", state - state // 2)] if state else []
    y += 2
    for label, minor in taxes:
        paper.put(MARGIN + 84, y, label, 9, colour=SOFT, width=40)
        y = paper.put(MARGIN + 128, y, rupees_exact(minor), 9, width=54, align="R")
    paper.put(MARGIN + 84, y + 1, "Total", 13, "B", width=40)
    y = paper.put(MARGIN + 122, y + 1, rupees_exact(said.total_minor), 13, "B", width=60, align="R")
    if said.remark:
        paper.put(MARGIN, max(y + 6, HEIGHT - 24), said.remark, 8, colour=SOFT)
