"""An admin adds a pharmacist, who chooses a password, sets up an app, and hands out once the licence was looked at."""

import pytest

from tests.portal.site import PASSWORD
from tests.portal.test_second_factor import set_up

PIA = {
    "name": "Pia Moss",
    "email": "pia.moss@example.org",
    "licence": "PSI 7041",
    "authority": "Pharmaceutical Society of Ireland",
}


@pytest.fixture(scope="module")
def corner(site):
    """The page of a pharmacy."""
    organization = site.hospital("Corner Pharmacy", "pharmacy").organization
    return f"/oversight/hospitals/{organization.partition('/')[2]}/"


@pytest.fixture
def admin(browse, amy):
    return browse().enter(amy)


def test_a_pharmacist_comes_in_by_the_ways_that_are_there(site, browse, admin, corner):
    admin.get(corner).follow("Add a pharmacist").fill(**PIA).send()
    assert admin.page.h1 == "Pia Moss"
    assert "Look at their licence next" in admin.page.text
    assert all(word in admin.page.text for word in ("PSI 7041", "Not verified", "Corner Pharmacy"))
    pharmacist = browse()
    pharmacist.get(site.inbox.take(PIA["email"], "Your account").link).fill(email=PIA["email"]).send()
    pharmacist.get(site.inbox.take(PIA["email"], "Set a new password").link)
    pharmacist.fill(password1=PASSWORD, password2=PASSWORD).send()
    pharmacist.get("/accounts/login/").fill(login=PIA["email"], password=PASSWORD).send()
    set_up(pharmacist, None)
    assert pharmacist.get("/").page.h1 == "Hello Pia Moss"
    assert "What patients sent to you" in pharmacist.page.text
    assert "An admin made your account" in pharmacist.get("/notices/").page.text
    admin.follow("Verify").send()
    assert site.inbox.take(PIA["email"], "Your account is verified")
    assert pharmacist.get("/pharmacy/").status == 200


def test_an_e_mail_that_is_taken_is_told_and_what_was_typed_stays(admin, ada, corner):
    admin.get(f"{corner}pharmacist/").fill(PIA | {"email": ada.email.upper()}).send()
    assert admin.status == 200
    assert "There is an account with this e-mail already" in admin.page.errors[0]
    kept = {name: admin.page.form.fields[name] for name in PIA}
    assert kept == {name: [value] for name, value in (PIA | {"email": ada.email.upper()}).items()}


def test_the_same_form_sent_twice_adds_one(admin, corner):
    page = admin.get(f"{corner}pharmacist/").page
    fields = PIA | {"email": "twice@example.org", "name": "Tom Twice", "once": page.form.fields["once"][0]}
    assert admin.post(f"{corner}pharmacist/", fields).page.h1 == "Tom Twice"
    assert "was done once" in admin.post(f"{corner}pharmacist/", fields).page.text


def test_who_was_signing_up_with_that_e_mail_is_too_late(site, admin, browse, corner):
    """Nobody has the e-mail's account but whoever reads its letters."""
    site.ask("half_signed_up", email="late@example.org", password=PASSWORD)
    admin.get(f"{corner}pharmacist/").fill(PIA | {"email": "late@example.org", "name": "Lea Late"}).send()
    assert admin.page.h1 == "Lea Late"
    taken = browse().get("/accounts/login/").fill(login="late@example.org", password=PASSWORD).send()
    assert "not right" in taken.page.errors[0]


def test_nor_is_it_theirs_where_the_server_is_killed_behind_the_account(site, amy, corner):
    site.ask("half_signed_up", email="killed@example.org", password=PASSWORD)
    told = {"pharmacy": f"Organization/{corner.split('/')[3]}", "name": "Kit Killed", "email": "killed@example.org"}
    assert site.ask("added_without_sign_in", admin=amy.email, **told) is False


def test_a_hospital_has_no_pharmacists(admin, north):
    page = f"/oversight/hospitals/{north.organization.partition('/')[2]}/"
    assert "Add a pharmacist" not in admin.get(page).page.links
    assert admin.get(f"{page}pharmacist/").status == 404


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, "Enter their full name"),
        ({"email": "pia"}, "e-mail"),
        ({"licence": "--"}, "licence number"),
        ({"authority": ""}, "Enter who issued it"),
        ({"name": "Pia\u202eMoss"}, "name"),
    ],
)
def test_what_is_wrong_is_told_and_stays(admin, corner, fields, error):
    admin.get(f"{corner}pharmacist/").fill(PIA | {"email": "wrong@example.org"} | fields).send()
    assert admin.status == 200
    assert error in admin.page.errors[0]
    assert admin.page.form.fields["name"] == [fields.get("name", PIA["name"])]
