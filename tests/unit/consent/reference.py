"""The meaning of contracts a second time, naively: straight from the Consent's JSON, one record, yes or no.

Nothing of the compiler is used. Slow and short on purpose: what it and the compiler disagree about is a bug.
"""

from carefolio.fhir.dates import interval
from tests.unit.consent.cast import ACT_CODE, ACTION, CONFIDENTIALITY, REASON, SOURCE, TYPES, resolve

LEVELS = {"N": 0, "R": 1, "V": 2}
NARROW = {"access": "r", "use": "r", "correct": "ra"}
WIDE = {"access": "r", "use": "r", "disclose": "r", "correct": "a", "collect": "a"}
KINDS = {"Observation", "Condition", "MedicationRequest"}


def allows(consents, question):
    """Whether contracts let this caller do this, to this record, for this purpose, at this moment."""
    roots = [c["provision"] for c in consents if c["status"] == "active"]
    return any(permits(r, question, [r]) for r in roots) and not any(denies_all(r, question) for r in roots)


def denies_all(root, q):
    if "type" in root:
        return root["type"] == "deny" and denies(root, q)
    return any(denies(child, q) for child in children(root, "deny"))


def permits(node, q, path, naming=True):
    if not matches(node, q, wide=False) or any(denies(child, q) for child in children(node, "deny")):
        return False
    if node.get("type") == "permit" and filled(path, q) and (not naming or any("actor" in n for n in path)):
        return True
    return any(permits(child, q, [*path, child], naming) for child in children(node, "permit"))


def denies(node, q):
    if "modifierExtension" in node:
        return True
    if not matches(node, q, wide=True):
        return False
    exceptions = any(permits(child, q, [child], naming=False) for child in children(node, "permit"))
    return not exceptions or any(denies(child, q) for child in children(node, "deny"))


def children(node, kind):
    return [child for child in node.get("provision", []) if child["type"] == kind]


def filled(path, q):
    """What nobody on the way to a permit says: for treatment, to read, records labelled normal or named singly."""
    singly = any(d["meaning"] != "authoredby" and names(d, q) for n in path for d in n.get("data", []))
    labelled = any("securityLabel" in n for n in path) or q.label == 0 or singly or q.action == "a"
    purposed = any("purpose" in n for n in path) or q.purpose == "TREAT"
    return labelled and purposed and (any("action" in n for n in path) or q.action == "r")


def matches(node, q, wide):
    if not wide and ("modifierExtension" in node or "unknownElement" in node):
        return False
    tests = {
        "actor": lambda a: is_actor(a, q, wide),
        "purpose": lambda c: None if c["system"] != REASON else c["code"] == q.purpose,
        "action": lambda c: is_action(c["coding"][0], q, WIDE if wide else NARROW),
        "securityLabel": lambda c: is_label(c, q, wide),
        "class": lambda c: is_class(c, q),
        "code": lambda c: is_code(c["coding"], q, wide),
        "data": lambda d: is_data(d, q, wide),
        "extension": lambda e: is_source(e, q),
    }
    for name, test in tests.items():
        answers = [test(item) for item in node[name]] if name in node else [True]
        if not (wide and None in answers) and not any(answers):
            return False
    if "period" in node and not overlap(node["period"], q.now, q.now):
        return False
    undated = not q.low and not q.high
    return "dataPeriod" not in node or (wide if undated else overlap(node["dataPeriod"], q.low, q.high))


def is_actor(actor, q, wide):
    name = actor["reference"]["reference"]
    is_keeper = actor["role"]["coding"][0]["code"] == "CST"  # who keeps the data receives none
    if name.startswith("RelatedPerson/") or (is_keeper and not wide):
        return None
    return name in (q.person, q.organization)


def is_action(coding, q, meaning):
    found = meaning.get(coding["code"]) if coding["system"] == ACTION else None
    return None if found is None else q.action in found


def is_label(coding, q, wide):
    if coding["system"] == ACT_CODE:
        return q.label > 0 if wide else None
    level = LEVELS.get(coding["code"]) if coding["system"] == CONFIDENTIALITY else None
    return None if level is None else (q.label >= level if wide else q.label == level)


def is_class(coding, q):
    if coding["system"] in (TYPES, ""):
        return q.type == coding["code"] if coding["code"] in KINDS else None
    return f"{coding['system']}|{coding['code']}" in q.codes


def is_code(codings, q, wide):
    usable = [c for c in codings if c["system"] or wide]
    texts = {f"{c['system']}|{c['code']}" if c["system"] else c["code"] for c in usable}
    return bool(texts & q.codes) if texts else None


def is_data(data, q, wide):
    if data["meaning"] == "authoredby":
        return by(data["reference"]["reference"], q)
    return None if wide and data["meaning"] != "instance" else names(data, q)


def names(data, q):
    return data["reference"]["reference"] == f"{q.type}/{q.id}"


def is_source(extension, q):
    return by(extension["valueReference"]["reference"], q) if extension["url"] == SOURCE else None


def by(reference, q):
    number = resolve(reference)
    return None if not number else number == (q.hospital if reference.startswith("Organization") else q.author)


def overlap(period, low, high):
    start = interval(period["start"])[0] if "start" in period else low
    return start <= high and ("end" not in period or low <= interval(period["end"])[1])
