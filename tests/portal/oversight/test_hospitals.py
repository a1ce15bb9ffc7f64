"""An admin adds a hospital, gives it tokens that are shown once, and ends them."""

import pytest


@pytest.fixture
def admin(browse, amy):
    return browse().enter(amy)


def shown_token(browser):
    return browser.page.html.partition('<code id="token">')[2].partition("</code>")[0]


def works(site, token, organization):
    answer = site.http.get(f"/fhir/{organization}", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


def adds(admin, **fields):
    admin.get("/oversight/hospitals/add/").fill(**fields).send()
    return admin


def organization_of(admin):
    link = next(link for link in admin.page.links.values() if link.startswith("/oversight/hospitals/0"))
    return f"Organization/{link.rstrip('/').rpartition('/')[2]}"


def test_a_hospital_is_added_and_its_token_is_shown_once(site, admin):
    adds(admin, name="  East   Hospital ", type="clinic", identifier="https://example.org/hospitals|east")
    assert admin.path == "/oversight/hospitals/token/"
    assert admin.page.h1 == "The token of East Hospital"
    token, organization = shown_token(admin), organization_of(admin)
    assert works(site, token, organization)
    assert f"{site.address}/fhir/{organization}" in admin.page.html
    assert token not in admin.get("/oversight/hospitals/token/").page.html
    assert admin.page.h1 == "The token was shown"
    page = admin.get("/oversight/hospitals/").page
    assert "East Hospital" in page.links
    assert "Clinic" in page.text
    assert token not in page.html


def test_the_token_waits_sealed_and_not_in_the_clear(site, admin):
    admin.get("/oversight/hospitals/add/")
    token = admin.page.form.fields["csrfmiddlewaretoken"][0]
    sent = {"csrfmiddlewaretoken": token, "name": "Sealed Hospital", "type": "hospital"}
    answer = admin.http.post("/oversight/hospitals/add/", data=sent, headers={"Referer": site.address})
    assert answer.headers["location"] == "/oversight/hospitals/token/"
    kept = site.ask("session", key=admin.session)["oversight-token"]["token"]
    folder = site.data
    assert not any(kept.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert shown_token(admin.get("/oversight/hospitals/token/")) == kept
    assert "oversight-token" not in site.ask("session", key=admin.session)


def test_the_same_form_sent_twice_adds_one(site, admin):
    page = admin.get("/oversight/hospitals/add/").page
    fields = {"name": "Twice Hospital", "type": "hospital", "once": page.form.fields["once"][0]}
    admin.post("/oversight/hospitals/add/", fields)
    assert admin.page.h1 == "The token of Twice Hospital"
    admin.post("/oversight/hospitals/add/", fields)
    assert admin.path == "/oversight/hospitals/"
    assert "was done once" in admin.page.text
    assert admin.page.html.count("Twice Hospital") == 1


def test_sent_again_before_the_token_was_seen_shows_it(site, admin):
    page = admin.get("/oversight/hospitals/add/").page
    fields = {"name": "Fast Hospital", "type": "hospital", "once": page.form.fields["once"][0]}
    fields["csrfmiddlewaretoken"] = page.form.fields["csrfmiddlewaretoken"][0]
    admin.http.post("/oversight/hospitals/add/", data=fields, headers={"Referer": site.address})
    admin.post("/oversight/hospitals/add/", fields)
    assert admin.page.h1 == "The token of Fast Hospital"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, "Enter a name"),
        ({"name": "x" * 201}, "200"),
        ({"name": "A hospital", "identifier": "no bar"}, "system|value"),
        ({"name": "A\u202ehospital"}, "name"),
    ],
)
def test_what_is_wrong_is_told_and_stays(admin, fields, error):
    adds(admin, type="hospital", **fields)
    assert admin.status == 200
    assert error in admin.page.errors[0]
    assert admin.page.form.fields["name"] == [fields["name"]]


def test_nonsense_is_answered(admin):
    admin.get("/oversight/hospitals/add/")
    admin.post("/oversight/hospitals/add/", name="\x00", type="castle", identifier="|", once="z" * 9999)
    assert admin.status == 200
    assert admin.page.errors


def test_an_identifier_is_taken_once(admin):
    for name in ("First", "Second"):
        adds(admin, name=name, type="hospital", identifier="https://example.org/hospitals|taken")
    assert "There is an organisation with this identifier already." in admin.page.errors


def test_another_token_is_issued_and_all_are_revoked(site, admin):
    adds(admin, name="West Hospital", type="hospital", identifier="")
    first, organization = shown_token(admin), organization_of(admin)
    admin.get("/oversight/hospitals/").follow("West Hospital").follow("Issue another token").send()
    second = shown_token(admin)
    assert second
    assert second != first
    assert works(site, first, organization)
    assert works(site, second, organization)
    admin.get("/oversight/hospitals/").follow("West Hospital").follow("Revoke all tokens").send()
    assert "2 tokens have ended." in admin.page.text
    assert not works(site, first, organization)
    assert not works(site, second, organization)


def test_a_mark_issues_one_token(admin):
    adds(admin, name="Mark Hospital", type="hospital", identifier="")
    path = f"/oversight/hospitals/{organization_of(admin).partition('/')[2]}/issue/"
    mark = admin.get(path).page.form.fields["once"][0]
    assert admin.post(path, once=mark).page.h1 == "The token of Mark Hospital"
    assert admin.post(path, once=mark).path == "/oversight/hospitals/"


def test_a_hospital_that_is_shut_out_gets_no_token(site, admin):
    adds(admin, name="Shut Hospital", type="hospital", identifier="")
    token, organization = shown_token(admin), organization_of(admin)
    path = f"/oversight/hospitals/{organization.partition('/')[2]}/"
    admin.get(path).follow("Shut out").fill(reason="Broken systems.").send()
    assert not works(site, token, organization)
    assert "Issue another token" not in admin.get(path).page.links
    assert admin.get(f"{path}issue/").send().status == 409
    admin.get(path).follow("Let it in again").send()
    assert "may sign in again" in admin.page.text
    admin.get(path).follow("Issue another token").send()
    assert works(site, shown_token(admin), organization)
