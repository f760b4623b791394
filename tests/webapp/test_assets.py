"""A page fetches one sheet and never the same file twice; what it fetches is packed and the same for everybody."""

import gzip
import re

import pytest

from webapp import assets


def of(page, ending: str) -> list[str]:
    """The addresses of a page that end so, before their version."""
    return re.findall(rf'(?:href|src)="(/static/[^"]+{ending}\?v=[0-9a-f]+)', page.text)


@pytest.fixture
def home(site):
    return site.get("/")


def test_all_shared_sheets_are_one_file_in_the_order_of_their_layers(site, home):
    [address] = of(home, r"site\.css")

    sheet = site.get(address).text

    assert sheet.index("@layer reset, tokens") < sheet.index(".btn {") < sheet.index("@media print")
    for each in assets.BUNDLES["css/site.css"]:
        rules = re.findall(r"^  (?=[.:@a-z\[]).+\{$", (assets.ROOT / each).read_text(), re.MULTILINE)
        assert rules, each
        assert all(rule in sheet for rule in rules), each
    assert "/*" not in sheet


def test_scripts_that_the_same_pages_have_are_one_file_and_keep_their_names_apart(site, home):
    addresses = of(home, r"\.js")

    assert [each.split("?")[0] for each in addresses] == ["/static/js/site.js", "/static/js/search.js"]
    for address, name in zip(addresses, ("js/site.js", "js/search.js"), strict=True):
        script = site.get(address).text
        assert all(f"{{\n{(assets.ROOT / each).read_text()}}}" in script for each in assets.BUNDLES[name])


def test_no_sheet_is_forgotten():
    """What is not shared is an area's own: nothing else lies under static/css."""
    areas = {"admin", "account", "booking", "results", "search", "styleguide"}

    found = {f"css/{path.name}" for path in (assets.ROOT / "css").iterdir()}

    assert found - set(assets.BUNDLES["css/site.css"]) == {f"css/{each}.css" for each in areas}


def test_a_sheet_of_an_area_goes_without_its_reasons_too(site):
    sheet = site.get("/static/css/admin.css").text

    assert "/*" in (assets.ROOT / "css/admin.css").read_text()
    assert "/*" not in sheet
    assert ".table-wrap {" in sheet


def test_a_file_with_its_version_is_kept_for_good_and_without_it_an_hour(site, home):
    for ending in (r"site\.css", r"\.js", r"\.woff2", r"\.svg"):
        for address in of(home, ending):
            versioned, plain = site.get(address), site.get(address.split("?")[0])
            assert versioned.headers["Cache-Control"] == "public, max-age=31536000, immutable", address
            assert plain.headers["Cache-Control"] == "public, max-age=3600", address


def test_another_version_is_another_address():
    one, other = assets.Asset("a.css", b"a {}"), assets.Asset("a.css", b"b {}")

    assert one.version != other.version


def test_no_cookie_goes_with_a_file(site, home):
    """Else a browser would fetch the sheet again whenever its cookie changes, which is at every page."""
    file = site.get(of(home, r"site\.css")[0])

    assert "Set-Cookie" not in file.headers
    assert "Cookie" not in file.headers.get("Vary", "")


def test_text_is_packed_for_whoever_takes_it_so(site, home):
    address = of(home, r"site\.css")[0]

    plain, packed = site.get(address), site.get(address, headers={"Accept-Encoding": "gzip, br"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_a_file_that_is_there_already_is_not_sent_again(site, home):
    address = of(home, r"site\.css")[0]
    tag = site.get(address).headers["ETag"]

    assert site.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_the_sheet_and_the_page_mean_the_same_font(site, home):
    """Two addresses of one font would be fetched twice: preloaded in vain, and then for the sheet."""
    [font] = of(home, r"bricolage-bold\.woff2")

    assert f'url("{font}")' in site.get(of(home, r"site\.css")[0]).text


def test_what_is_not_there_is_not_found(site):
    assert site.get("/static/css/nothing.css").status_code == 404
    with pytest.raises(FileNotFoundError):
        assets.find("../wsgi.py")


def test_the_shared_sheets_leave_an_area_its_share(site):
    """20 KB for all styles of a page, packed; no area's own sheet needs more than the rest."""
    assert len(assets.find("css/site.css").packed) <= 14_000
