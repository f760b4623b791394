"""What a list says: its lines, the pages beside it, and how many it found."""

import re


def references(answer) -> list[str]:
    """The bookings of a list, in its order."""
    return re.findall(r'href="/admin/bookings/([^"?]+)"', answer.get_data(as_text=True))


def link(answer, rel: str) -> str | None:
    """Where `next` or `prev` leads."""
    found = re.search(rf'href="([^"]+)" rel="{rel}"', answer.get_data(as_text=True))
    return found[1].replace("&amp;", "&") if found else None


def said(answer) -> str:
    """How many were found, in words."""
    found = re.search(r'<p role="status">(.*?)</p>', answer.get_data(as_text=True))
    return re.sub("<[^>]+>", "", found[1]) if found else "nothing"
