"""Pages that say what went wrong."""

from tests.browser.scenes.scene import scene
from tests.browser.visits import Visit


@scene(None, status=404)
def not_found(visit: Visit) -> None:
    visit.open("/nowhere")


@scene(None, status=413)
def too_much(visit: Visit) -> None:
    visit.open("/bookings/find")
    visit.page.locator("main form").evaluate("""form => {
        form.append(Object.assign(document.createElement("textarea"), {name: "more", value: "x".repeat(1_100_000)}));
    }""")
    visit.send()


@scene(None, status=405, varies=True)
def not_that_way(visit: Visit) -> None:
    visit.open("/bookings/find")
    visit.page.locator("main form").evaluate("form => form.action = '/terms'")
    visit.send()


@scene("search.terms", status=500)
def our_fault(visit: Visit) -> None:
    _terms(visit, ZeroDivisionError("a fault of ours"))
    visit.open("/terms")


@scene("search.terms", status=503, varies=True)
def database_away(visit: Visit) -> None:
    from sqlalchemy.exc import OperationalError

    _terms(visit, OperationalError("SELECT", {}, Exception("connection refused")))
    visit.open("/terms")


def _terms(visit: Visit, fault: Exception) -> None:
    """The page of the terms fails in this way, for as long as this visit lasts."""
    views = visit.stage.services["site"].view_functions
    good = views["search.terms"]

    def fail():
        raise fault

    views["search.terms"] = fail
    visit.afterwards(lambda: views.update({"search.terms": good}))


@scene("styleguide.show", varies=True)
def the_style_guide(visit: Visit) -> None:
    visit.open("/styleguide")
