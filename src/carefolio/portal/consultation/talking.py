"""Beside the call: the chat, and the ticket by which the page's script enters the socket."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from carefolio.base import clock
from carefolio.base.failures import conflict
from carefolio.portal.consultation.headers import with_media
from carefolio.portal.consultation.pages import both_sides, other_id, other_reference, see, shown
from carefolio.portal.drafts import keep
from carefolio.portal.messaging.forms import MessageForm
from carefolio.portal.messaging.pages import draft_name, is_sent
from carefolio.portal.visitor import visitor_of
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.workflows.consultation import actions, tickets, turn
from carefolio.workflows.consultation.rules import Stage
from carefolio.workflows.consultation.tickets import Pass


@both_sides
@require_POST
@with_media
def say(request: HttpRequest, visit: str) -> HttpResponse:
    """Send the other side a message."""
    visitor = visitor_of(request)
    found = visitor.do(actions.room, visit)
    form = MessageForm(request.POST)
    if not form.is_valid() or not is_sent(visitor, other_reference(found), form):
        return shown(request, found, form)
    keep.forget(request, draft_name(other_id(found)))
    return see("consultation:room", visit, "#chat")


@both_sides
@require_POST
def ticket(request: HttpRequest, visit: str) -> HttpResponse:
    """A ticket for the socket, and the servers by which browsers find each other."""
    visitor = visitor_of(request)
    settings = visitor.reach.settings
    ticket = visitor.do(_ticket, visit)
    secret = turn.read_secret(settings.turn_secret_file)
    return JsonResponse({"ticket": ticket, "servers": turn.servers(settings.turn_urls, secret, clock.now())})


async def _ticket(door: Door, caller: Caller, visit: str) -> str:
    found = await actions.room(door, caller, visit)
    if found.stage not in (Stage.OPEN, Stage.WAITING, Stage.ADMITTED):
        raise conflict("This visit's room is not open now.")
    one = Pass(visit, found.side, caller.token)
    return await door.parts.database.write(lambda tx: tickets.issue(tx, door.keyring, one), alone=False)
