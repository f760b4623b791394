"""Following every link of the site's own pages, as a search engine or an attacker would."""

import re
from collections import deque
from collections.abc import Iterator
from html import unescape

LINKS = re.compile(r'<a [^>]*href="(/[^"#]*)"')


def crawl(browser, begin: list[str], most: int = 150) -> Iterator:
    """Every page that is reached from the addresses in `begin`, redirects followed; `most` addresses in all."""
    waiting, seen = deque(begin), set(begin)
    while waiting:
        page = browser.get(waiting.popleft(), follow_redirects=True)
        if page.mimetype != "text/html":
            continue
        yield page
        links = {unescape(each) for each in LINKS.findall(page.text)} - seen
        links = set(sorted(links)[: max(0, most - len(seen))])
        waiting += sorted(links)
        seen |= links
