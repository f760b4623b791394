"""What every page must be, checked on every page that any test fetches, and filling in its forms as a person would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
DATA_SCRIPTS = {"application/json", "application/ld+json", "speculationrules"}

OF_EVERY_PAGE = {"/theme"}


@dataclass
class Form:
    """A form as it stands on the page: `values` is what a browser would send without a touch."""

    method: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    has_csrf: bool = False


class Page(HTMLParser):
    """A parsed page and what is wrong with it."""

    def __init__(self, html: str):
        super().__init__()
        self.is_fragment = "<html" not in html.lower()
        self.lang = ""
        self.title = ""
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.labels_for: set[str] = set()
        self.controls: list[tuple[str, dict]] = []
        self.forms: list[Form] = []
        self.inline: list[str] = []
        self.broke_off = False
        self._open: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._textarea: list[str] = []
        self._label_depth = 0
        self.feed(html)
        self.close()

    def problems(self) -> list[str]:
        """Sentences; empty for a good page. A fragment (no <html>) is excused from title, language and heading."""
        found = [] if self.is_fragment else self._problems_of_the_whole()
        found += [
            f"id {each!r} is there twice" for each in sorted({i for i in self.ids if self.ids.count(i) > 1})
        ]
        found += [
            f"<{tag}> has no label: {attrs}" for tag, attrs in self.controls if not self._is_labelled(attrs)
        ]
        found += [
            f"the form to {f.action!r} has no CSRF field"
            for f in self.forms
            if f.method == "post" and not f.has_csrf
        ]
        return found + self.inline + ["it broke off while it was sent"] * self.broke_off

    def _problems_of_the_whole(self) -> list[str]:
        found = []
        if not self.lang:
            found.append("<html> has no lang")
        if len(self.headings) != 1:
            found.append(f"{len(self.headings)} <h1> instead of one")
        elif not _words(self.headings[0]) or not _words(self.title).startswith(_words(self.headings[0])):
            found.append(
                f"the title {_words(self.title)!r} does not begin with the heading {_words(self.headings[0])!r}"
            )
        return found

    def _is_labelled(self, attrs: dict) -> bool:
        named = attrs.get("aria-label") or attrs.get("aria-labelledby") in set(self.ids)
        return bool(named or attrs["in a label"] or attrs.get("id") in self.labels_for)

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        self.broke_off |= "data-broke-off" in attrs
        if "id" in attrs:
            self.ids.append(attrs["id"])
        self._note_inline(tag, attrs)
        match tag:
            case "html":
                self.lang = attrs.get("lang", "")
            case "h1":
                self.headings.append("")
            case "label":
                self._label_depth += 1
                self.labels_for.add(attrs.get("for", ""))
            case "form":
                self._form = Form(attrs.get("method", "get").lower(), attrs.get("action", ""))
                self.forms.append(self._form)
            case "input" | "select" | "textarea":
                self._note_control(tag, attrs)
            case "option":
                self._note_option(attrs)

    def handle_endtag(self, tag):
        while self._open and tag in self._open and self._open.pop() != tag:
            pass
        match tag:
            case "label":
                self._label_depth -= 1
            case "form":
                self._form = None
            case "select":
                self._select = None
            case "textarea":
                self._textarea = []

    def handle_data(self, data):
        if "svg" not in self._open and "title" in self._open:
            self.title += data
        if "h1" in self._open:
            self.headings[-1] += data
        if self._textarea:
            self._textarea[-1] += data

    def _note_inline(self, tag, attrs):
        if tag == "style" or (
            tag == "script" and not attrs.get("src") and attrs.get("type") not in DATA_SCRIPTS
        ):
            self.inline.append(f"inline <{tag}>")
        self.inline += [
            f"inline {name} on <{tag}>" for name in attrs if name == "style" or name.startswith("on")
        ]

    def _note_control(self, tag, attrs):
        kind = attrs.get("type", "text") if tag == "input" else tag
        if kind not in UNLABELLED:
            self.controls.append((tag, attrs | {"in a label": self._label_depth > 0}))
        name = attrs.get("name")
        if self._form is None or not name or "disabled" in attrs:
            return
        self._form.has_csrf |= name == "csrf_token" and bool(attrs.get("value"))
        self._select = name if tag == "select" else None
        ticked = kind not in ("checkbox", "radio") or "checked" in attrs
        if tag != "select" and kind not in ("submit", "button", "reset", "image", "file") and ticked:
            values = self._form.values.setdefault(name, [])
            values.append(attrs.get("value", "on" if kind in ("checkbox", "radio") else ""))
            self._textarea = values if tag == "textarea" else []

    def _note_option(self, attrs):
        if self._form is None or self._select is None:
            return
        if "selected" in attrs:
            self._form.values[self._select] = [attrs.get("value", "")]
        else:
            self._form.values.setdefault(self._select, [attrs.get("value", "")])


class PageCheckingClient(FlaskClient):
    """A test client that fails on a bad page, whichever test fetched it."""

    def open(self, *args, **kwargs):
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            problems = Page(response.get_data(as_text=True)).problems()
            assert not problems, f"{response.request.path}: " + "; ".join(problems)
        return response

    def submit(self, response, action: str | None = None, **values):
        """Send a form of the page `response` as it stands there, with `values` typed in; None clears a field.

        The form is the one whose action is, or ends with, `action`; without it the only POST form that is this page's alone.
        """
        form = the_form(response, action)
        filled = {**form.values, **{name: value for name, value in values.items() if value is not None}}
        filled = {name: value for name, value in filled.items() if values.get(name, "") is not None}
        target = form.action or response.request.full_path.rstrip("?")
        if form.method == "get":
            return self.get(target, query_string=filled)
        return self.post(target, data=filled)


def the_form(response, action: str | None) -> Form:
    forms = Page(response.get_data(as_text=True)).forms
    path = response.request.path
    if action is None:
        fitting = [form for form in forms if form.method == "post" and form.action not in OF_EVERY_PAGE]
    else:
        fitting = [form for form in forms if (form.action or path).split("?")[0].endswith(action)]
    assert len(fitting) == 1, (
        f"{path}: {len(fitting)} forms fit {action!r}: {[form.action for form in forms]}"
    )
    return fitting[0]


def _words(text: str) -> str:
    return " ".join(text.split())
