"""What each kind of step does. Importing this package makes all of them known to the saga."""

from webapp.checkout.steps import booking, cancelling, correcting, holding, invoicing, late, paying, undoing

__all__ = ["booking", "cancelling", "correcting", "holding", "invoicing", "late", "paying", "undoing"]
