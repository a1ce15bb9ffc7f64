"""What the entries of one transaction are to each other and to what is stored: names among them, and conditions."""

from __future__ import annotations

from collections.abc import Sequence

from carefolio.base.failures import stale, unprocessable
from carefolio.base.ids import new_id
from carefolio.fhir.references import may_ask, split, walk
from carefolio.records.batch import Batch
from carefolio.records.changes import Change
from carefolio.records.conditional import Conditional, parameters_of
from carefolio.store.rows import Row


class Linker:
    """Gives new records their ids, and references the ids that they lead to."""

    def __init__(self, conditional: Conditional) -> None:
        self._conditional = conditional

    def existing(self, batch: Batch, change: Change) -> Row | None:
        """What ``If-None-Exist`` matches; when nothing does, the transaction looks again before it creates."""
        if change.if_none_exist is not None:
            asked = self._conditional.ask(batch.caller, change.type, change.if_none_exist)
            rows = self._conditional.found(batch, asked)
            if len(rows) > 1:
                raise stale("More than one record matches If-None-Exist; narrow it.")
            if rows:
                change.id = rows[0].id
                batch.matched.add(change.id)
                return rows[0]
            batch.plan.checks.append(lambda tx: self._conditional.still_none(tx, asked))
        change.id = change.id or new_id()  # it keeps this id when it is prepared once more
        return None

    def link(self, batch: Batch, changes: Sequence[Change]) -> None:
        """Rewrite what entries call each other to the ids they have here, and resolve references by search."""
        named = {change.full_url: f"{change.type}/{change.id}" for change in changes if change.full_url}
        if len({(change.type, change.id) for change in changes}) < len(changes):
            raise unprocessable(
                "Two entries of this transaction are about the same record.", "Bundle.entry", "duplicate"
            )
        for change in changes:
            if not named and not (change.asks and may_ask(change.resource)):
                continue
            for path, holder in walk(change.resource):
                reference = holder["reference"]
                if reference in named:
                    change.refer(holder, named[reference])
                elif "?" in reference and not reference.startswith("Patient?"):
                    change.refer(holder, self._searched(batch, change, path, reference))

    def _searched(self, batch: Batch, change: Change, path: str, reference: str) -> str:
        """The one record that a conditional reference names among what the caller may see."""
        parts = split(reference)
        if parts.kind != "conditional" or not parts.type:
            return reference
        asked = self._conditional.ask(batch.caller, parts.type, parts.query or "")
        rows = self._conditional.found(batch, asked)
        if len(rows) != 1:
            raise unprocessable(f"This reference names {'several records' if rows else 'no record'}.", change.at(path))
        return rows[0].reference


def refuse_same_conditions(changes: Sequence[Change]) -> None:
    """Raise when two entries are to be created only if the same does not exist: each would be the other's match."""
    conditions = [
        (change.type, *sorted(parameters_of(change.if_none_exist)))
        for change in changes
        if change.if_none_exist is not None
    ]
    if len(set(conditions)) < len(conditions):
        raise unprocessable("Two entries of this transaction name the same condition.", "Bundle.entry", "duplicate")
