"""Who may do what with a handover: the giver, whoever acts for them, the receiver, the head."""

from models import Handover
from thads_app.errors import Forbidden, Refused
from thads_app.rules.handovers import Confirmer, HandoverRule, Side
from thads_app.rules.offices import OfficeNode
from thads_app.rules.rights import Actor, Permission


def may_give_from(actor: Actor, rule: HandoverRule, office_id: int) -> bool:
    """Whether the actor may make handovers of this kind at this office at all."""
    return actor.may_in(Permission.HANDOVER_CREATE, office_id) and actor.may_in(rule.giver_right, office_id)


def acts_as(actor: Actor, rule: HandoverRule, office_id: int, giver_staff_id: int | None) -> bool:
    """Whether the actor is the giver, or may act for the officer who gives (head or deputy of the giving office)."""
    if rule.giver is not Side.OFFICER or actor.may_in(Permission.HANDOVER_APPROVE, office_id):
        return True
    return actor.staff_id is not None and actor.staff_id == giver_staff_id


def check_giver(actor: Actor, rule: HandoverRule, office: OfficeNode, giver_staff_id: int | None) -> None:
    """Let only somebody who may give go on.

    Raises:
        Forbidden: the actor may not make such handovers there, or not for this officer.
    """
    if not may_give_from(actor, rule, office.id):
        raise Forbidden("handover_forbidden_office", {"office": office.name})
    if not acts_as(actor, rule, office.id, giver_staff_id):
        raise Forbidden("handover_not_giver")


def is_giver(actor: Actor, rule: HandoverRule, handover: Handover) -> bool:
    """Whether the actor may still change, send or recall this handover."""
    office_id = handover.giver_office_id
    if not may_give_from(actor, rule, office_id):
        return False
    if actor.may_in(Permission.HANDOVER_APPROVE, office_id):
        return True
    if actor.staff_id is not None and actor.staff_id == handover.giver_staff_id:
        return True
    return actor.account_id is not None and actor.account_id in (handover.created_by, handover.giver_account_id)


def is_receiver(actor: Actor, handover: Handover) -> bool:
    """Whether the actor is whom the handover was sent to, in person or as somebody of the receiving office."""
    if not actor.may_in(Permission.HANDOVER_CONFIRM, handover.receiver_office_id):
        return False
    return handover.receiver_staff_id is None or handover.receiver_staff_id == actor.staff_id


def is_head(actor: Actor, rule: HandoverRule, handover: Handover) -> bool:
    """Whether the actor confirms for the receiving office, where the kind asks for it."""
    return Confirmer.HEAD in rule.confirmers and actor.may_in(Permission.HANDOVER_APPROVE, handover.receiver_office_id)


def check_confirmer(actor: Actor, rule: HandoverRule, handover: Handover, confirmer: Confirmer) -> None:
    """Let only the right person confirm or refuse.

    Raises:
        Forbidden: the actor is not the receiver, or not a head there.
        Refused: this kind needs no head.
    """
    if confirmer is Confirmer.RECEIVER:
        if not is_receiver(actor, handover):
            raise Forbidden("handover_not_receiver")
    elif confirmer not in rule.confirmers:
        raise Refused("handover_no_head")
    elif not is_head(actor, rule, handover):
        raise Forbidden("handover_not_head")
