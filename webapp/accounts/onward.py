"""Where to after signing in: a path of this site, never an address that somebody else put into a link."""

from urllib.parse import urlsplit

LONGEST = 2000


def path_of_ours(text: str | None) -> str | None:
    """`text` when it is a path on this site, else None.

    Browsers read `//host` and `/\\host` as another host, and drop tabs and line ends inside an address.
    """
    if not text or len(text) > LONGEST or not text.startswith("/") or not text.isprintable():
        return None
    if text.startswith("//") or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else text
