"""The home page: what to look for, what was looked for, and where one can go."""

from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for

from webapp.search import recent
from webapp.search.forms import FlightForm
from webapp.search.kinds import KINDS
from webapp.search.routes import bp


@bp.get("/")
def home():
    """A form with what the address says, understood as far as it can be; nothing is judged here."""
    kind = KINDS.get(request.args.get("kind", ""), KINDS["flights"])
    form = kind.form(request.args)
    form.understand()
    return render_template("search/home.html", kind=kind.key, form=form, recent=recent.offered())


@bp.get("/flights/swap")
def swap():
    """The same search the other way round, on the page where it stood: for a browser without JavaScript."""
    said = {field.name: request.args.get(field.name, "") for field in FlightForm()}
    said["from"], said["to"] = said["to"], said["from"]
    page = "search.flights" if request.args.get("on") == "results" else "search.home"
    query = urlencode({name: text for name, text in said.items() if text})
    return redirect(f"{url_for(page)}?{query}", 303)


@bp.post("/searches/removal")
def forget():
    """This browser's searches are forgotten."""
    recent.forget()
    kind = request.form.get("kind", "")
    return redirect(url_for("search.home", kind=kind if kind in KINDS and kind != "flights" else None), 303)
