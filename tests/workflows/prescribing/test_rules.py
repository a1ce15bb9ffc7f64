"""Never more handed out than prescribed, whatever is handed out and comes back; and what a signature is worth."""

from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base import clock
from carefolio.base.failures import Failure
from carefolio.fhir.json import parse, serialise
from carefolio.fhir.validate import validate
from carefolio.portal.words.dates import Calendar
from carefolio.workflows.prescribing import names, rules, sending, signing, writing
from carefolio.workflows.prescribing.medicines import MEDICINES, NAMES, PAIRS, substances_of, words_of
from carefolio.workflows.prescribing.rules import Party, Standing, Wanted
from carefolio.workflows.prescribing.signing import Verdict
from carefolio.workflows.prescribing.warnings import Danger, is_named, needs_reason, warnings

BEN, ZOE = (Ed25519PrivateKey.generate() for _ in range(2))
NOW = "2030-05-06T09:00:00Z"
ADA, DOCTOR, CORNER = (
    Party("Patient/ada", "Ada Quinn"),
    Party("Practitioner/ben", "Ben Osei"),
    Party("Organization/c", "Corner"),
)
AMOUNTS = st.decimals(min_value=Decimal("0.5"), max_value=200, places=1)
WANTED = Wanted(ADA, "Amoxicillin 500 mg", Decimal("0.5"), "capsule", 3, 1, 10, Decimal(30), 2, date(2030, 6, 6))


def prescription(**more):
    return rules.prescription_of(writing.request_of("rx", replace(WANTED, **more), DOCTOR, NOW))


def dispensed(number, amount, *, returned=False):
    body = sending.handed_out(prescription(), number, amount, (Party("Practitioner/pia"), CORNER), NOW)
    handed = rules.handed_of(body, number)
    return rules.handed_of(sending.given_back(handed, "came back"), number) if returned else handed


@given(quantity=AMOUNTS, repeats=st.integers(0, 12), tries=st.lists(st.tuples(AMOUNTS, st.booleans()), max_size=30))
def test_never_more_is_handed_out_than_prescribed_and_what_comes_back_is_given_back(quantity, repeats, tries):
    made, handed = prescription(quantity=quantity, repeats=repeats), []
    for amount, comes_back in tries:
        before = rules.left(made, handed)
        try:
            rules.refuse_amount(amount, before)
        except Failure:
            assert amount > before.now
            continue
        handed.append(dispensed(len(handed) + 1, amount))
        after = rules.left(made, handed)
        assert (after.given, after.all) == (before.given + amount, before.all - amount)
        assert after.given <= made.total
        if comes_back:
            handed[-1] = dispensed(len(handed), amount, returned=True)
            assert rules.left(made, handed) == before
    rest = rules.left(made, handed)
    assert rest.given + rest.all == made.total
    assert rest.all == rest.now + rest.repeats * quantity
    assert (rest.now > 0) == (rest.all > 0)


@given(st.lists(st.integers(1, 6), max_size=6, unique=True))
def test_a_missing_number_is_found(numbers):
    handed = [dispensed(number, Decimal(1)) for number in numbers]
    if sorted(numbers) == list(range(1, len(numbers) + 1)):
        rules.refuse_gap(handed)
    else:
        with pytest.raises(Failure, match="Not all"):
            rules.refuse_gap(handed)


def test_too_many_parts_are_refused():
    with pytest.raises(Failure, match="too many parts"):
        rules.refuse_gap([dispensed(number, Decimal(1)) for number in range(1, names.MOST_HANDED + 1)])


@pytest.mark.parametrize(
    ("id_", "number"), [("rx-1", 1), ("rx-12", 12), ("ry-1", 0), ("rx-way", 0), ("rx-x", 0), ("rx-٣", 0), ("rx", 0)]
)
def test_the_number_stands_in_the_id(id_, number):
    assert names.number_of("rx", id_) == number
    assert len(names.dispense_ids("rx")) == names.MOST_HANDED


def test_where_it_stands():
    made = prescription(repeats=0)
    before, after = made.until - 1, made.until + 1
    assert rules.standing(made, (), "", before) is Standing.READY
    assert rules.standing(made, (), "requested", before) is Standing.SENT
    assert rules.standing(made, (), "in-progress", before) is Standing.STARTED
    assert rules.standing(made, (), "rejected", before) is Standing.READY
    assert rules.standing(made, (), "requested", after) is Standing.EXPIRED
    assert rules.standing(made, (dispensed(1, Decimal(30)),), "", after) is Standing.USED_UP
    assert rules.standing(replace(made, status="cancelled"), (), "", before) is Standing.CANCELLED


@given(st.sampled_from(sorted(available_timezones())), st.dates(date(2026, 1, 1), date(2035, 12, 31)))
def test_the_last_day_is_the_day_that_was_typed_to_its_end(zone, until):
    made = prescription(zone=zone, until=until, repeats=0)
    assert made.last_day == until.isoformat()
    last = clock.moment(made.until).astimezone(ZoneInfo(zone))
    assert last.date() == until
    assert clock.moment(made.until + 1).astimezone(ZoneInfo(zone)).date() > until
    assert Calendar("en", "Pacific/Kiritimati").day(made.last_day) == Calendar("en", "Pacific/Niue").day(made.last_day)
    assert validate(parse(serialise(made.body))) == []


def test_an_older_one_that_ended_in_utc_keeps_its_day():
    body = prescription().body
    supply = body["dispenseRequest"] | {"validityPeriod": {"start": NOW, "end": "2030-07-31T23:59:59Z"}}
    assert rules.prescription_of(body | {"dispenseRequest": supply}).last_day == "2030-07-31"
    assert rules.prescription_of({}).last_day == ""


def test_what_says_nothing_gives_nothing():
    empty = rules.prescription_of({"resourceType": "MedicationRequest"})
    assert (empty.total, empty.until, rules.left(empty, ()).all) == (0, 0, 0)
    nothing = rules.handed_of({"status": "completed", "quantity": {"value": "many"}}, 1)
    assert (nothing.amount, nothing.by) == (0, Party())
    odd = rules.prescription_of(
        {"dispenseRequest": {"numberOfRepeatsAllowed": "2", "quantity": {"value": Decimal(-3)}}}
    )
    assert (odd.repeats, odd.quantity) == (0, 0)


@pytest.mark.parametrize("more", [{}, {"as_needed": True, "note": "n", "because": "b", "days": 0, "unit": "ml"}])
def test_all_that_is_written_is_fhir(more):
    made = prescription(**more)
    signature = signing.provenance(made.body, 1, signing.sign(made.body, BEN), NOW) | {"id": "p"}
    task = sending.task(made, CORNER, "c", NOW)
    handed = sending.handed_out(made, 1, Decimal("2.5"), (Party("Practitioner/pia"), CORNER), NOW)
    contract = sending.contract(made, CORNER, [dispensed(1, Decimal(1))], NOW) | {"id": "c"}
    way = sending.way_of(task)
    turned = sending.turned(way, "rejected", NOW, "Not in stock")
    back = sending.given_back(rules.handed_of(handed, 1), "x")
    for one in (made.body, signature, task, handed, contract, turned, back, sending.ended(contract)):
        assert validate(parse(serialise(one))) == [], one["resourceType"]
    assert (way.contract, way.prescription, sending.way_of(turned).why) == ("Consent/c", "rx", "Not in stock")


# ── signatures ──


def signed(body, key=BEN):
    stored = parse(serialise(signing.provenance(body, 1, signing.sign(body, key), NOW)))
    return stored, key.public_key()


def test_a_signature_holds_after_storing_and_whatever_becomes_of_the_status():
    body = prescription().body
    proof, key = signed(body)
    stored = parse(serialise(body)) | {
        "meta": {"versionId": "1"},
        "status": "cancelled",
        "text": {"status": "generated"},
    }
    found = signing.verify(stored, proof, key)
    assert (found.holds, found.when) == (True, NOW)


@given(st.sampled_from(sorted(prescription(note="n", because="b").body)), st.text(min_size=1))
def test_whatever_is_altered_it_does_not_hold(name, text):
    body = prescription(note="n", because="b").body
    proof, key = signed(body)
    if name == "status":
        return
    assert not signing.verify(body | {name: text}, proof, key).holds or body[name] == text
    assert not signing.verify({one: value for one, value in body.items() if one != name}, proof, key).holds


def test_what_is_wrong_is_told_apart():
    body = prescription().body
    proof, key = signed(body)
    more = body | {"dispenseRequest": body["dispenseRequest"] | {"numberOfRepeatsAllowed": 3}}
    assert signing.verify(more, proof, key).verdict is Verdict.ALTERED
    assert signing.verify(body, signed(body, ZOE)[0], key).verdict is Verdict.SOMEBODY_ELSE
    assert signing.verify(body | {"id": "ry"}, proof, key).verdict is Verdict.ANOTHER
    assert signing.verify(body, None, key).verdict is Verdict.NONE


def header(**more):
    kept = signing.sign(prescription().body, BEN).split(".")
    text = b64encode(serialise({"alg": "EdDSA"} | more)).rstrip(b"=").decode().replace("+", "-").replace("/", "_")
    return ".".join([text, *kept[1:]])


@pytest.mark.parametrize(
    "jws",
    ["", "a.b", "a.b.c", "..", header(alg="none"), header(crit=["x"]), header(alg="HS256"), "ä.b.c", "bm9uZQ.bm8.bm8"],
)
def test_what_is_no_signature_of_ours_is_none(jws):
    proof, key = signed(prescription().body)
    (signature,) = proof["signature"]
    forged = proof | {"signature": [signature | {"data": b64encode(jws.encode()).decode()}]}
    assert signing.verify(prescription().body, forged, key).verdict is Verdict.NONE
    assert signing.verify(prescription().body, {"signature": [{"data": "!"}]}, key).verdict is Verdict.NONE


def test_a_payload_that_is_no_prescription_is_another_one():
    proof, key = signed(prescription().body)
    head = b64decode(proof["signature"][0]["data"]).decode().split(".")[0]
    for payload in ("bm8", "W10"):
        made = f"{head}.{payload}"
        tail = b64encode(BEN.sign(made.encode()), altchars=b"-_").rstrip(b"=").decode()
        data = b64encode(f"{made}.{tail}".encode()).decode()
        assert signing.verify(prescription().body, {"signature": [{"data": data}]}, key).verdict is Verdict.ANOTHER


# ── warnings ──

ATC = "http://www.whocc.no/atc"


def allergy(text, *, code="", status="active", verified="confirmed", substance=""):
    concept = {"text": text} | ({"coding": [{"system": ATC, "code": code}]} if code else {})
    made = {"clinicalStatus": {"coding": [{"code": status}]}, "verificationStatus": {"coding": [{"code": verified}]}}
    reaction = {"reaction": [{"substance": {"text": substance}}]} if substance else {}
    return made | {"code": concept} | reaction


@pytest.mark.parametrize(
    ("medicine", "found", "group"),
    [
        ("Amoxicillin 500 mg", allergy("Amoxicillin"), ""),
        ("Amoxicillin", allergy("Something", code="J01CA04"), ""),
        ("Amoxicillin", allergy("Penicillin allergy"), "penicillins"),
        ("Amoxicillin", allergy("Tablets", substance="penicillins"), "penicillins"),
        ("Ibuprofen 400 mg", allergy("NSAIDs"), "anti-inflammatory painkillers"),
        ("Ibuprofen 400 mg", allergy("Aspirin"), "anti-inflammatory painkillers"),
        ("Cefalexin", allergy("x", code="J01DC02"), "cephalosporins"),
        ("Sulfamethoxazole/trimethoprim", allergy("sulfa drugs"), "sulfonamides"),
        ("Flucloxacillin", allergy("Piperacillin sodium"), "penicillins"),
        ("Ramipril 5 mg", allergy("ACE inhibitors"), "ACE inhibitors"),
        ("Ramipril 5 mg", allergy("ACE-inhibitor cough"), "ACE inhibitors"),
        ("Amoxicillin 500 mg", allergy("beta-lactam antibiotics"), "beta-lactam antibiotics"),
        ("Cefalexin", allergy("Beta lactams"), "beta-lactam antibiotics"),
        ("Co-amoxiclav", allergy("Augmentin"), ""),
        ("Co-amoxiclav", allergy("Amoxil"), ""),
        ("Augmentin 625 mg", allergy("Penicillin"), "penicillins"),
        ("Cefalexin", allergy("Penicillin"), "beta-lactam antibiotics"),
        ("Amoxicillin", allergy("Cefuroxime 250 MG Oral Tablet"), "beta-lactam antibiotics"),
        ("Ibuprofen 400 mg", allergy("Nurofen"), ""),
        ("Paracetamol", allergy("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet"), ""),
        ("Atorvastatin", allergy("Statins (muscle pain)"), "statins"),
        ("Sertraline 50 mg", allergy("SSRIs"), "SSRIs"),
        ("Losartan", allergy("Sartans"), "sartans"),
        ("Calcium carbonate 500 mg", allergy("Calcium carbonate"), ""),
        ("Vitamin D 1000 units", allergy("vitamin D"), ""),
        ("Septrin", allergy("Trimethoprim"), ""),
    ],
)
def test_an_allergy_is_found_by_code_by_name_and_by_group(medicine, found, group):
    (warned,) = warnings(writing.medicine_of(medicine), [found], [])
    assert (warned.danger, warned.group) == (Danger.ALLERGY, group)
    assert needs_reason([warned])


@pytest.mark.parametrize(
    "harmless",
    [
        allergy("Nuts"),
        allergy("Amoxicillin", status="resolved"),
        allergy("Amoxicillin", verified="refuted"),
        allergy("Other tablets"),
        allergy("Oral antibiotics, other"),
        allergy("Lithium carbonate"),
        allergy("Amoxi"),
        {},
    ],
)
def test_what_is_over_refuted_or_something_else_is_no_warning(harmless):
    assert warnings(writing.medicine_of("Amoxicillin 500 mg tablets"), [harmless], []) == ()


def test_what_two_medicines_do_together_has_its_source_and_both_orders_count():
    for one, other in (("Warfarin", "Clarithromycin"), ("Clarithromycin", "Warfarin")):
        taken = {"status": "active", "medicationCodeableConcept": writing.medicine_of(other)}
        (warned,) = warnings(writing.medicine_of(one), [], [taken, taken, taken | {"status": "stopped"}])
        assert (warned.danger, warned.source) == (
            Danger.TOGETHER,
            "summary of product characteristics of warfarin, section 4.5",
        )
        assert not needs_reason([warned])


@pytest.mark.parametrize(
    ("medicine", "taken", "dangers"),
    [
        ("Ibuprofen 400 mg", "Warfarin Sodium 5 MG Oral Tablet", [Danger.TOGETHER]),
        ("Clarithromycin", "Simvastatin 10 MG Oral Tablet", [Danger.TOGETHER]),
        ("Klacid 500 mg", "Zocor", [Danger.TOGETHER]),
        ("Sildenafil", "Nitroglycerin 0.4 MG/ACTUAT Mucosal Spray", [Danger.TOGETHER]),
        ("Methotrexate", "Co-trimoxazole", [Danger.TOGETHER]),
        ("Lithium", "Naproxen sodium 220 MG Oral Tablet", [Danger.TOGETHER]),
        ("Amoxicillin", "Augmentin", [Danger.SAME]),
        ("Penicillin V 500 mg", "Penicillin V Potassium 500 MG Oral Tablet", [Danger.SAME]),
        ("Calcium carbonate", "Lithium carbonate", []),
        ("Lithium carbonate", "Calcium carbonate 500 MG Chewable Tablet", []),
        ("Losartan potassium", "Potassium chloride", []),
        ("Amlodipine besilate", "Bisoprolol fumarate 5 MG Oral Tablet", []),
        ("Vitamin D", "Vitamin B 12 5 MG/ML Injectable Solution", []),
    ],
)
def test_a_substance_is_found_inside_a_longer_name_and_salts_are_none(medicine, taken, dangers):
    display = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1", "display": taken}]}
    for concept in (display, {"text": taken}):
        found = warnings(
            writing.medicine_of(medicine), [], [{"status": "active", "medicationCodeableConcept": concept}]
        )
        assert [one.danger for one in found] == dangers


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


@given(st.sampled_from(sorted(NAMES)), LETTERS, LETTERS)
def test_a_name_is_found_as_a_whole_word_and_not_within_one(name, before, after):
    found = substances_of(words_of(f"{before.title()} {name.upper()}-5 {after}"))
    assert NAMES[name] <= found
    glued = words_of(f"{before}{name}{after}")
    assert not NAMES[name] <= substances_of(glued) or any(
        NAMES[one] == NAMES[name] and f" {one} " in f" {' '.join(glued)} " for one in NAMES
    )


@given(st.sampled_from(MEDICINES), st.sampled_from(MEDICINES))
def test_a_pair_is_found_whichever_is_taken_and_however_it_is_written(one, other):
    def dangers(first, second):
        taken = {"status": "active", "medicationCodeableConcept": {"text": f"{second.name} 5 MG Oral Tablet"}}
        return {(each.danger, each.says) for each in warnings(writing.medicine_of(first.name), [], [taken])}

    assert dangers(one, other) == dangers(other, one)
    pairs = {(one.atc, other.atc), (other.atc, one.atc)}
    known_ = any(a.startswith(pair.one) and b.startswith(pair.other) for a, b in pairs for pair in PAIRS)
    assert any(danger is Danger.TOGETHER for danger, _says in dangers(one, other)) is known_


def test_every_medicine_on_offer_is_known_by_its_name_and_code():
    for one in MEDICINES:
        assert one.atc in substances_of(words_of(one.name)), one.name


def test_what_bears_no_name_cannot_be_compared():
    assert not is_named({})
    assert not is_named({"coding": [{"system": "urn:local", "code": "7"}]})
    assert not is_named({"text": "Tablets"})
    assert is_named({"text": "Aspirin"})
    assert is_named({"coding": [{"system": ATC, "code": "B01AC06"}]})


def test_a_coding_without_a_text_has_its_display():
    taken = {"status": "active", "medicationCodeableConcept": {"coding": [{"display": "Amoxicillin 250"}]}}
    (warned,) = warnings(writing.medicine_of("Amoxicillin"), [], [taken])
    assert (warned.danger, warned.about) == (Danger.SAME, "Amoxicillin 250")
