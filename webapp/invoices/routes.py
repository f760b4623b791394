"""The invoice of a booking and its credit notes, as one PDF."""

from flask import Blueprint, render_template

from webapp.bookings import access
from webapp.documents.attachments import attachment, dear
from webapp.invoices import issuing

bp = Blueprint("invoices", __name__)
bp.after_request(access.keep_no_copy)
bp.register_error_handler(404, access.not_here)


@bp.get("/bookings/<reference>/invoice.pdf")
@dear
def as_pdf(reference: str):
    booking = access.find(reference)
    invoices = issuing.issued(booking.id)
    if not invoices:
        return render_template("bookings/no_ticket.html", booking=access.find(reference), invoice=True), 409
    # Half a second and 30 MB that other pages do without.
    from webapp.invoices.invoice_pdf import invoices_pdf

    return attachment(invoices_pdf(invoices), "application/pdf", f"yaana-invoice-{reference}.pdf", "inline")
