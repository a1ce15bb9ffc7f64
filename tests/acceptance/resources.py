"""FHIR resources that the acceptance tests send."""

from typing import Any

Resource = dict[str, Any]

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
LOINC = "http://loinc.org"
RESTRICTED = {"security": [{"system": f"{TERMINOLOGY}v3-Confidentiality", "code": "R"}]}
GLUCOSE, POTASSIUM = "2339-0", "2823-3"


def concept(code: str, system: str = LOINC) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def category(code: str) -> list[Resource]:
    return [concept(code, f"{TERMINOLOGY}observation-category")]


def observation(patient: str, **more: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": category("laboratory"),
        "code": concept(POTASSIUM),
        "subject": {"reference": patient},
        "effectiveDateTime": "2024-05-01",
        "valueQuantity": {"value": 4.1, "unit": "mmol/L"},
    } | more


def condition(patient: str, **more: Any) -> Resource:
    return {
        "resourceType": "Condition",
        "subject": {"reference": patient},
        "code": {"text": "Asthma"},
        "recordedDate": "2023-02-03",
    } | more


def actor(reference: str, role: str = "IRCP") -> Resource:
    system = "v3-ParticipationType" if role == "IRCP" else "v3-RoleCode"
    return {"role": concept(role, TERMINOLOGY + system), "reference": {"reference": reference}}


def consent(patient: str, who: str, *, status: str = "proposed", role: str = "IRCP", **provision: Any) -> Resource:
    """A contract that permits ``who``; ``provision`` narrows it (``klass`` stands for ``class``)."""
    narrowed = {"class" if key == "klass" else key: value for key, value in provision.items()}
    return {
        "resourceType": "Consent",
        "status": status,
        "scope": concept("patient-privacy", f"{TERMINOLOGY}consentscope"),
        "category": [concept("59284-0")],
        "patient": {"reference": patient},
        "policyRule": concept("OPTIN", f"{TERMINOLOGY}v3-ActCode"),
        "provision": {"type": "permit", "actor": [actor(who, role)]} | narrowed,
    }


def action(code: str) -> list[Resource]:
    return [concept(code, f"{TERMINOLOGY}consentaction")]


def kinds(*types: str) -> list[Resource]:
    """``provision.class`` by resource type."""
    return [{"system": "http://hl7.org/fhir/resource-types", "code": type_} for type_ in types]


def single(*references: str) -> list[Resource]:
    """``provision.data`` by record."""
    return [{"meaning": "instance", "reference": {"reference": reference}} for reference in references]


def emergency(text: str = "Unconscious in the street") -> Resource:
    reason = {"system": f"{TERMINOLOGY}v3-ActReason", "code": "ETREAT"}
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "reason", "valueCoding": reason}, {"name": "text", "valueString": text}],
    }


def bundle(kind: str, *entries: Resource) -> Resource:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def wish(method: str, url: str, resource: Resource | None = None, **request: Any) -> Resource:
    """One entry of a batch or transaction; ``full_url`` is its ``fullUrl``."""
    full_url = request.pop("full_url", None)
    entry: Resource = {"request": {"method": method, "url": url} | request}
    entry |= {} if resource is None else {"resource": resource}
    return entry | ({} if full_url is None else {"fullUrl": full_url})


def said(answer: Any) -> str:
    """All diagnostics of an OperationOutcome; insists that it is one with sentences in it."""
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome", body
    sentences = [issue["diagnostics"] for issue in body["issue"]]
    assert all(sentence.endswith((".", "?", "!")) and " " in sentence for sentence in sentences), sentences
    return " ".join(sentences)


def paths(answer: Any) -> list[str]:
    """The elements' paths that an OperationOutcome names."""
    return [path for issue in answer.json()["issue"] for path in issue.get("expression", [])]
