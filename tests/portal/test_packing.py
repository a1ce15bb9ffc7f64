"""Pages and static files come packed, but no page that another site made the browser ask for."""

import gzip
import re

import httpx
import pytest
from backports import zstd

UNPACK = {"gzip": gzip.decompress, "zstd": zstd.decompress}
OWN = {"sec-fetch-site": "same-origin"}
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


def raw(site, path, *, cookies=None, **headers):
    """The answer, with its body as it came."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with (
        httpx.Client(base_url=site.address, cookies=cookies) as http,
        http.stream("GET", path, headers={"accept-encoding": "identity", **sent}) as answer,
    ):
        return answer, b"".join(answer.iter_raw())


@pytest.fixture(scope="module")
def style(site):
    """The style sheet's address, with its hash."""
    return re.search(r'href="(/static/[^"]+\.css\?v=[^"]*)"', httpx.get(site.address + "/accounts/login/").text)[1]


@pytest.mark.parametrize("coding", UNPACK)
@pytest.mark.parametrize("who", ["same-origin", "none"])
def test_a_page_is_packed_for_the_person_who_asks(site, coding, who):
    _, plain = raw(site, "/accounts/login/")
    answer, body = raw(site, "/accounts/login/", accept_encoding=coding, sec_fetch_site=who)
    assert answer.headers["content-encoding"] == coding
    assert {"Accept-Encoding", "Sec-Fetch-Site", "Cookie"} <= set(answer.headers["vary"].split(", "))
    assert TOKEN.sub(b"", UNPACK[coding](body)) == TOKEN.sub(b"", plain)
    assert len(body) == int(answer.headers["content-length"]) < len(plain) * 0.6
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("who", [{"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}, {}])
def test_a_page_that_another_site_may_have_asked_for_is_not(site, browse, ada, who):
    browser = browse()
    browser.enter(ada)
    for path, cookies in (("/accounts/login/", None), ("/", browser.http.cookies)):
        answer, _ = raw(site, path, cookies=cookies, accept_encoding="gzip, zstd", **who)
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers
        assert "x-padding" not in answer.headers


def test_what_is_packed_is_padded_by_chance_and_its_form_token_masked_anew(site):
    found = [raw(site, "/accounts/login/", accept_encoding="gzip", sec_fetch_site="none") for _ in range(12)]
    assert len({len(answer.headers["x-padding"]) for answer, _ in found}) > 4
    assert len({TOKEN.search(gzip.decompress(body))[0] for _, body in found}) == 12


@pytest.mark.parametrize("coding", UNPACK)
def test_a_static_file_is_packed_for_everybody_and_kept_for_a_year(site, style, coding):
    plain_answer, plain = raw(site, style)
    for _ in range(2):
        answer, body = raw(site, style, accept_encoding=coding, sec_fetch_site="cross-site")
        assert answer.headers["content-encoding"] == coding
        assert UNPACK[coding](body) == plain
        assert len(body) == int(answer.headers["content-length"]) < len(plain) / 2
        assert answer.headers["cache-control"] == plain_answer.headers["cache-control"]
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == plain_answer.headers["content-type"]


@pytest.mark.parametrize("other", ["", "?v=", "?v=0123456789ab", "?w=1"])
def test_under_another_hash_it_is_asked_for_again(site, style, other):
    answer, _ = raw(site, style.partition("?")[0] + other)
    assert answer.headers["cache-control"] == "public, no-cache"


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_static_file_that_is_still_the_same_is_304(site, style, coding):
    told = raw(site, style, accept_encoding=coding)[0].headers["last-modified"]
    answer, body = raw(site, style, accept_encoding=coding, if_modified_since=told)
    assert (answer.status_code, body) == (304, b"")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_part_of_a_static_file_and_one_that_is_not_there_are_as_they_are(site, style):
    answer, body = raw(site, style, accept_encoding="gzip", range="bytes=0-9")
    assert (answer.status_code, len(body), "content-encoding" in answer.headers) == (206, 10, False)
    answer, _ = raw(site, "/static/look/no-such.css?v=", accept_encoding="gzip", sec_fetch_site="none")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_chromium_reads_pages_and_files_that_are_packed(windows, site):
    packed = {}
    window = windows(site)
    window.on("response", lambda one: packed.update({one.url: one.headers.get("content-encoding", "")}))
    window.goto(site.address + "/accounts/login/")
    assert window.locator("h1").inner_text()
    assert packed[site.address + "/accounts/login/"] in UNPACK
    assert {coding for url, coding in packed.items() if ".css" in url} <= {*UNPACK}
