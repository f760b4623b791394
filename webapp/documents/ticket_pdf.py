"""The ticket as PDF: a pass for each traveller on each flight and for each stay, three on a page, to print or to keep."""

from contextlib import closing
from datetime import datetime

from webapp.bookings.models import Booking
from webapp.documents.paper import HEIGHT, INK, INSIDE, MARGIN, SOFT, WIDTH, Paper
from webapp.documents.tickets import Named, Ticket
from webapp.filters import clock_time, day, duration, moment, zone_name
from webapp.letters.itinerary import BOARDS, counted, party

PASS_HEIGHT, GAP, STUB = 78.0, 4.0, 48.0
TOP = 25.0
LEFT, MAIN = MARGIN + 6, INSIDE - STUB - 12


def ticket_pdf(booking: Booking, tickets: list[Ticket], made_at: datetime) -> bytes:
    """`made_at` in the time that is printed on it; what is drawn twice at the same moment is the same bytes."""
    passes = [(ticket, named) for ticket in tickets for named in ticket.people]
    room = int((HEIGHT - TOP - 16) // (PASS_HEIGHT + GAP))
    with closing(Paper(f"Ticket {booking.public_reference}", made_at)) as paper:
        for place, (ticket, named) in enumerate(passes):
            if place % room == 0:
                _begin_page(paper, booking, made_at)
            _draw(paper, ticket, named, TOP + (place % room) * (PASS_HEIGHT + GAP))
        return paper.bytes()


def _begin_page(paper: Paper, booking: Booking, made_at: datetime) -> None:
    paper.add_page()
    paper.put(MARGIN, 9, "Yaana", 20, font="display", colour=INK)
    paper.put(MARGIN, 10, "Yaana reference", 7, colour=SOFT, align="R")
    paper.put(MARGIN, 13, booking.public_reference, 13, "B", align="R")
    paper.put(
        MARGIN,
        HEIGHT - 13,
        f"Made {moment(made_at)}. The code shows whether this ticket still stands. Times are local to each airport and hotel.",
        7,
        colour=SOFT,
    )


def _draw(paper: Paper, ticket: Ticket, named: Named, top: float) -> None:
    paper.box(MARGIN, top, INSIDE, PASS_HEIGHT)
    stub = WIDTH - MARGIN - STUB
    paper.dots(stub, top + 3, stub, top + PASS_HEIGHT - 3)
    (_draw_flight if ticket.flies else _draw_stay)(paper, ticket, named, top)
    _draw_stub(paper, ticket, stub + 6, top)
    paper.dots(LEFT, top + PASS_HEIGHT - 16, LEFT + MAIN, top + PASS_HEIGHT - 16)
    paper.put(LEFT, top + PASS_HEIGHT - 14, f"If you cancel: {ticket.terms}.", 6.5, colour=SOFT, width=MAIN)


def _draw_stub(paper: Paper, ticket: Ticket, x: float, top: float) -> None:
    width = STUB - 12
    label = "Airline reference" if ticket.flies else "Hotel reference"
    y = paper.put(x, top + 6, label, 7, colour=SOFT, width=width)
    y = paper.put_fitted(x, y, ticket.reference, 15, width, style="B")
    paper.code(ticket.code, x, top + 24, width)
    paper.put(x, top + 24 + width + 2, "Scan: does it still stand?", 7, colour=SOFT, width=width)


def _draw_flight(paper: Paper, ticket: Ticket, named: Named, top: float) -> None:
    offer = ticket.view.offer
    there = LEFT + MAIN - 42
    y = paper.put(LEFT, top + 5, f"{offer.airline_name} {offer.flight_number}", 10.5, "B", width=MAIN)
    paper.put(LEFT, top + 5, f"{day(offer.origin.at)}", 10.5, "B", width=MAIN, align="R")
    paper.way(LEFT + 46, there - 4, y + 11)
    paper.put(
        LEFT + 46,
        y + 12,
        f"{duration(offer.duration_minutes)}, non-stop",
        7,
        colour=SOFT,
        width=there - LEFT - 50,
        align="C",
    )
    ends = (
        _end(paper, offer.origin, LEFT, y, "L"),
        _end(paper, offer.destination, there, y, "R", offer.days_later),
    )
    y = max(ends) + 3
    cell = MAIN / 4
    paper.put(LEFT, y, "Traveller", 7, colour=SOFT)
    paper.put_fitted(LEFT, y + 3.4, named.name, 12, 2 * cell - 3, style="B", least=8)
    paper.fact(LEFT + 2 * cell, y, "Ticket number", named.number or "not given", cell + 6)
    paper.fact(LEFT + 3 * cell + 7, y, "Cabin", offer.cabin_name, cell - 7)


def _end(paper: Paper, stop, x: float, y: float, align: str, days_later: int = 0) -> float:
    how = {"width": 42, "align": align}
    later = f" +{days_later}" if days_later else ""
    y = paper.put(x, y + 0.5, stop.code, 24, font="display", **how)
    y = paper.put(x, y - 1, f"{clock_time(stop.at)} {zone_name(stop.at)}{later}", 11, "B", **how)
    return paper.put(x, y, f"{stop.city}, {stop.name}", 7, colour=SOFT, **how)


def _draw_stay(paper: Paper, ticket: Ticket, named: Named, top: float) -> None:
    offer = ticket.view.offer
    where = offer.address if offer.city in offer.address else f"{offer.address}, {offer.city}"
    y = paper.put_fitted(LEFT, top + 5, offer.hotel_name, 20, MAIN, font="display", least=12)
    y = paper.put(LEFT, y, where, 8, colour=SOFT, width=MAIN) + 2.5
    half = MAIN / 2
    paper.fact(LEFT, y, "Check-in from", moment(offer.check_in), half - 4, 10)
    y = paper.fact(LEFT + half, y, "Check-out until", moment(offer.check_out), half - 4, 10) + 2.5
    paper.fact(LEFT, y, "In the name of", named.name, half - 4, 11)
    y = paper.fact(
        LEFT + half, y, "Room", f"{offer.room_name}, {BOARDS.get(offer.board, offer.board)}", half - 4
    )
    said = f"{counted(offer.nights, 'night')}, {counted(offer.rooms, 'room')}, {party(offer.adults, offer.children)}"
    paper.put(LEFT + half, y, said, 8, colour=SOFT, width=half - 4)
