"""A browser without JavaScript over real sockets, with the few words that a journey needs of a test client."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests

from tests.pages import Page, the_form


@dataclass
class Asked:
    path: str
    full_path: str


class Answered:
    """An answer in the words of Flask's test client."""

    def __init__(self, answer: requests.Response):
        parts = urlsplit(answer.url)
        self.status_code = answer.status_code
        self.text = answer.text
        self.location = answer.headers.get("Location")
        self.request = Asked(parts.path, f"{parts.path}?{parts.query}")

    def get_data(self, as_text: bool = True) -> str:
        return self.text


class Browser:
    """Keeps cookies, follows nothing by itself, and checks every page it fetches."""

    def __init__(self, address: str):
        self.address = address
        self.session = requests.Session()
        self.session.trust_env = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.session.close()

    def get(self, path: str, query_string=None) -> Answered:
        return self._ask("GET", path, params=query_string)

    def post(self, path: str, data=None) -> Answered:
        return self._ask("POST", path, data=data)

    def submit(self, page: Answered, action: str | None = None, **values) -> Answered:
        form = the_form(page, action)
        filled = form.values | values
        target = form.action or page.request.full_path
        return self.get(target, filled) if form.method == "get" else self.post(target, filled)

    def _ask(self, method: str, path: str, **what) -> Answered:
        answer = self.session.request(
            method, urljoin(self.address, path), allow_redirects=False, timeout=30, **what
        )
        if answer.status_code not in range(300, 400) and "text/html" in answer.headers.get(
            "Content-Type", ""
        ):
            assert not Page(answer.text).problems()
        return Answered(answer)
