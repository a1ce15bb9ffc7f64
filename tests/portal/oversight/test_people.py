"""An admin looks at what people say of themselves, decides, shuts out, lets in, finds."""

import pytest

from tests.portal.oversight.cast import ADA, break_glass, person_page

LICENCE = "MC 44-1902"


@pytest.fixture
def admin(browse, amy):
    return browse().enter(amy)


def signs_up(browser, name, email):
    """A doctor comes in by the portal's own form."""
    page = browser.get("/accounts/signup/doctor/").page
    speciality = next(code for code in page.form.choices["speciality"] if code)
    browser.fill(
        name=name,
        email=email,
        password1="three words in a row",
        licence=LICENCE,
        authority="Medical Council of Ireland",
        speciality=speciality,
        qualification="MB BCh BAO",
        place="Galway",
    ).send()
    assert browser.page.errors == []


def sought(admin, **given):
    """The page that a search leads to."""
    return admin.get("/oversight/people/all/").fill(**given).send().page


def test_the_queue_tells_what_a_doctor_says(browse, admin):
    signs_up(browse(), "Dr Miriam Katz", "miriam@example.org")
    text = admin.get("/oversight/people/").page.text
    for told in ("Dr Miriam Katz", LICENCE, "Medical Council of Ireland", "MB BCh BAO", "Galway", "just now"):
        assert told in text
    page = admin.follow("Dr Miriam Katz").page
    assert page.h1 == "Dr Miriam Katz"
    assert "miriam@example.org" in page.text
    assert "Asked to be verified" in page.text


def test_who_is_verified_may_with_their_very_next_request(admin, new_doctor, ada):
    ben = new_doctor("Dr Next Request")
    assert break_glass(ben, ada).status_code == 403
    admin.get(person_page(ben)).follow("Verify")
    assert admin.page.h1 == "Verify Dr Next Request?"
    admin.send()
    assert admin.path == "/oversight/people/"
    assert "Dr Next Request is verified" in admin.page.text
    assert break_glass(ben, ada).status_code == 200
    assert "Verified" in admin.get(person_page(ben)).page.text


def test_after_a_decision_the_queue_says_who_is_next(admin, new_doctor):
    first, second = new_doctor("Dr Queue One"), new_doctor("Dr Queue Two")
    admin.get(person_page(first)).follow("Verify").send()
    assert "Dr Queue One" not in admin.page.links
    assert "Dr Queue Two" in admin.page.links
    assert any(words.startswith("Next:") for words in admin.page.links)
    admin.get(person_page(second)).follow("Verify").send()


def test_who_is_refused_reads_why_and_it_is_kept(site, browse, admin, new_doctor):
    carl = new_doctor("Dr Carl Rook")
    admin.get(person_page(carl)).follow("Refuse").fill(reason="The register does not know this number.").send()
    assert "Dr Carl Rook was refused" in admin.page.text
    assert "Dr Carl Rook" not in admin.page.links
    assert site.inbox.take(carl.email, "account")
    assert "The register does not know this number." in browse().enter(carl, "/notices/").page.text
    page = admin.get(person_page(carl)).page
    assert "Refused" in page.text
    assert "The register does not know this number." in page.text
    assert "Amy Lind" in page.text
    assert "Refuse" not in page.links


def test_a_refusal_without_a_reason_is_not_sent(admin, new_doctor):
    carl = new_doctor()
    admin.get(person_page(carl)).follow("Refuse").fill(reason=" ").send()
    assert (admin.status, admin.page.errors) == (200, ["Enter a reason"])
    assert admin.page.title.startswith("Error: ")
    admin.fill(reason="x" * 1001).send()
    assert "1000" in admin.page.errors[0]
    assert admin.page.form.fields["reason"][0] == "x" * 1001


def test_a_verification_is_taken_back(admin, new_doctor, ada):
    ben = new_doctor()
    admin.get(person_page(ben)).follow("Verify").send()
    assert break_glass(ben, ada).status_code == 200
    admin.get(person_page(ben)).follow("Take the verification back").fill(reason="It ran out.").send()
    assert break_glass(ben, ada).status_code == 403
    assert "Verification taken back" in admin.get(person_page(ben)).page.text


def test_two_admins_at_once_are_told(browse, admin, ann, new_doctor):
    carl, other = new_doctor("Dr Twice Seen"), browse().enter(ann)
    for browser in (admin, other):
        browser.get(person_page(carl)).follow("Refuse")
    admin.fill(reason="Unknown number.").send()
    other.fill(reason="Something else.").send()
    assert (other.status, other.page.h1) == (409, "Somebody was first")
    assert other.follow("Look again").path == person_page(carl)
    assert "Unknown number." in other.page.text
    assert other.get(f"{person_page(carl)}verify/?seen=0").status == 409


def test_who_is_shut_out_sees_the_sign_in_page_next(browse, admin, site):
    staff = site.staff("auditor", "Otto Gone")
    his = browse().enter(staff, "/oversight/")
    assert his.status == 200
    admin.get(person_page(staff)).follow("Shut out").send()
    assert admin.page.errors == ["Enter a reason"]
    admin.fill(reason="He left.").send()
    assert "is shut out" in admin.page.text
    assert his.get("/oversight/").path == "/accounts/login/"
    assert staff.actor.get("/AuditEvent").status_code == 401
    assert site.inbox.take(staff.email)
    admin.follow("Let them in again").fill(reason="").send()
    assert "may sign in again" in admin.page.text
    assert browse().enter(staff, "/oversight/").path == "/oversight/"


def test_what_is_so_already_is_a_conflict(admin, site):
    staff = site.staff("auditor", "Olga Twice")
    for status in (200, 409):
        admin.get(f"{person_page(staff)}suspend/").fill(reason="She left.").send()
        assert admin.status == status
    assert admin.page.h1 == "Somebody was first"


def test_nobody_shuts_themselves_out(admin, amy):
    assert "Shut out" not in admin.get(person_page(amy)).page.links
    admin.get(f"{person_page(amy)}suspend/").fill(reason="Enough.").send()
    assert admin.status == 409
    assert "Nobody shuts themselves out" in admin.page.text


def test_patients_are_not_verified(admin, ada):
    assert "Verify" not in admin.get(person_page(ada)).page.links
    assert admin.post(f"{person_page(ada)}verify/", seen="1").status in (409, 422)


def test_people_are_found_by_name_role_and_state(admin, new_doctor, odo):
    new_doctor("Dr Zelda Finder")
    found = admin.get("/oversight/people/all/").fill(text="zel find").send().page
    assert "Dr Zelda Finder" in found.links
    assert "Dr Zelda Finder" in admin.get("/oversight/people/all/?role=doctor&state=waiting").page.links
    assert "Dr Zelda Finder" not in admin.get("/oversight/people/all/?role=auditor").page.links
    assert odo.name in sought(admin, text=odo.email).links
    assert "Nobody fits" in sought(admin, text="qqqq").text
    assert "Dr Zelda Finder" not in admin.get("/oversight/people/all/?state=verified").page.links
    assert "Dr Zelda Finder" not in admin.get("/oversight/people/all/?state=suspended").page.links


def test_a_patient_is_found_by_the_whole_e_mail_and_stays_a_number(admin, ada):
    page = sought(admin, text=ada.email)
    label = f"Patient, account {ada.account}"
    assert label in page.links
    assert ada.email in page.text
    assert label not in sought(admin, text="Adalb", role="patient").links
    everybody = admin.get("/oversight/people/all/?role=patient").page
    assert label in everybody.links
    assert ada.email not in everybody.text
    alone = admin.get(person_page(ada)).page
    assert ada.email not in alone.text
    assert ADA not in page.html + everybody.html + alone.html


@pytest.mark.parametrize(
    "query", ["role=king", "state=asleep", "before=x", "before=-1", "words=" + "y" * 300, "words=%00"]
)
def test_nonsense_in_the_search_is_answered(admin, query):
    assert admin.get(f"/oversight/people/all/?{query}").status == 200


@pytest.mark.parametrize("text", ["y" * 300, "\x00"])
def test_nonsense_that_is_typed_is_answered(admin, text):
    admin.get("/oversight/people/all/")
    assert admin.post("/oversight/people/all/", text=text).status == 200
    assert admin.page.errors


def test_what_is_typed_stands_in_no_address(admin, browse, amy, odo):
    page = sought(admin, text=odo.email, role="auditor")
    assert odo.name in page.links
    assert page.form.method == "post"
    assert page.form.fields["text"] == [odo.email]
    addresses = [str(answer.request.url) for answer in admin.trail] + [str(admin.response.request.url)]
    addresses += [answer.headers.get("location", "") for answer in admin.trail] + list(page.links.values())
    assert not any(odo.email.partition("@")[0] in address for address in addresses)
    assert "role=auditor" in addresses[len(admin.trail)]
    assert admin.response.headers["cache-control"] == "no-store"
    address = str(admin.response.request.url).removeprefix(admin.site.address)
    assert odo.name in admin.get(address).page.links
    assert browse().enter(amy, address).page.form.fields["text"] == [""]


def test_a_long_list_has_pages(admin, site):
    for number in range(52):
        site.patient(f"Patient {number}")
    page = admin.get("/oversight/people/all/?role=patient").page
    older = next(link for words, link in page.links.items() if words == "Older")
    assert "role=patient" in older
    assert admin.get(f"/oversight/people/all/{older}").status == 200
    assert admin.page.links != page.links
    assert "Older" in admin.get("/oversight/people/all/").page.links


@pytest.mark.parametrize("action", ["verify", "refuse", "suspend", "lift"])
@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
def test_nonsense_in_a_decision_is_answered(admin, new_doctor, action, seen):
    carl = new_doctor()
    admin.get(f"{person_page(carl)}{action}/?seen={seen}")
    admin.post(f"{person_page(carl)}{action}/", seen=seen, reason="\x00")
    assert admin.status in (200, 409)


def test_what_was_typed_is_there_again(admin, new_doctor):
    carl = new_doctor()
    admin.get(f"{person_page(carl)}refuse/")
    admin.post(f"/drafts/oversight/refuse/{carl.account}/", reason="Half a sen")
    assert admin.get(f"{person_page(carl)}refuse/").page.form.fields["reason"] == ["Half a sen"]
    admin.send()
    assert "was refused" in admin.page.text
