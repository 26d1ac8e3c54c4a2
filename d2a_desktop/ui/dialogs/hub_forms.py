"""The forms of what is done in the hub: the pathway, answers taken for partners, withdrawal."""

from __future__ import annotations

from typing import Any

from d2a_desktop.domain.code_lists import pathways
from d2a_desktop.domain.codes import DeclineReason, HandBackReason, OfferWithdrawal
from d2a_desktop.services.queries.rows import CaseView, OfferRow
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.dialogs.form_kit import (
    Asked,
    Options,
    behalf_document,
    behalf_fields,
    codes,
)
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind

_DISCIPLINES = (
    *(("medical", "Medical"), ("nursing", "Nursing"), ("therapy", "Therapy")),
    *(("social work", "Social work"), ("pharmacy", "Pharmacy"), ("hub", "Care transfer hub")),
    *(("person", "The person"), ("family", "Family or carer")),
)


def pathway_form(asked: Asked) -> ActionForm:
    """Return the form of the pathway decision."""
    ways = tuple((each.code.value, f"{each.label}: {each.definition}") for each in pathways())
    short = tuple((each.code.value, each.label) for each in pathways())
    return ActionForm(
        action="pathway",
        title="Confirm the pathway",
        button="Record decision",
        done="Pathway decision recorded",
        fields=(
            FieldSpec(key="pathway", words="Pathway", kind=Kind.CODE, options=ways, required=True),
            FieldSpec(key="service", words="Service"),
            FieldSpec(key="rationale", words="Rationale", kind=Kind.LONG, required=True),
            FieldSpec(
                key="options",
                words="Options considered",
                kind=Kind.CODES,
                options=short,
                required=True,
            ),
            FieldSpec(
                key="took_part",
                words="Who took part",
                kind=Kind.CODES,
                options=_DISCIPLINES,
                required=True,
            ),
            FieldSpec(key="decided_by", words="Decided by", required=True),
            FieldSpec(key="decided_role", words="Their role", required=True),
            FieldSpec(key="predicted_need", words="Predicted need"),
            FieldSpec(key="funding_confirmed", words="Funding confirmed", kind=Kind.YES_NO),
        ),
        defaults={
            "pathway": "P1",
            "decided_by": asked.caller.name,
            "decided_role": asked.caller.role.label,
        },
    )


def return_form(asked: Asked) -> ActionForm:
    """Return the form that gives a referral back to the ward to be completed."""
    return ActionForm(
        action="pathway",
        title="Return the referral to the ward",
        button="Return referral",
        done="Referral returned to the ward",
        facts=("Nothing is decided; the ward gets a task to complete the referral.",),
        fields=(FieldSpec(key="return_reason", words="Reason", kind=Kind.LONG, required=True),),
    )


def _offers_in(view: CaseView, *states: str, partner: bool = False) -> Options:
    return tuple(
        (offer.reference, f"{offer.reference} · {offer.agency_name}")
        for offer in view.offers
        if offer.status in states and not (partner and offer.agency_has_desk)
    )


def _answer(asked: Asked, *, action: str, title: str, done: str, reasons: Options) -> ActionForm:
    state = "accepted" if action == "hand-back" else "sent"
    offers = _offers_in(asked.view, state, partner=True)
    fields = [
        FieldSpec(key="offer", words="Offer", kind=Kind.CODE, options=offers, required=True),
        *behalf_fields(asked.view, required=True)[1:],  # the offer says which agency
    ]
    if reasons:
        reason = FieldSpec(
            key="reason", words="Reason", kind=Kind.CODE, options=reasons, required=True
        )
        fields.insert(1, reason)
    agency_of = {each.reference: each.agency_ods for each in asked.view.offers}

    def document(values: dict[str, Any]) -> dict[str, Any]:
        return behalf_document(values | {"behalf_org": agency_of[values["offer"]]})

    return ActionForm(
        action=action,
        title=title,
        button="Record answer",
        done=done,
        facts=("For an agency without a desk: an agency with one answers there itself.",),
        fields=tuple(fields),
        defaults={
            "offer": offers[0][0] if len(offers) == 1 else None,
            "behalf_channel": "phone",
        },
        document=document,
    )


def accept_form(asked: Asked) -> ActionForm:
    """Return the form of a partner's acceptance."""
    return _answer(
        asked,
        action="accept",
        title="An agency accepts",
        done="Acceptance recorded",
        reasons=(),
    )


def decline_form(asked: Asked) -> ActionForm:
    """Return the form of a partner's refusal."""
    return _answer(
        asked,
        action="decline",
        title="An agency declines",
        done="Answer recorded: declined",
        reasons=codes(DeclineReason),
    )


def hand_back_form(asked: Asked) -> ActionForm:
    """Return the form of a partner's handing back."""
    return _answer(
        asked,
        action="hand-back",
        title="An agency hands the offer back",
        done="Offer handed back",
        reasons=codes(HandBackReason),
    )


def withdraw_offer_form(offer: OfferRow) -> ActionForm:
    """Return the form that withdraws one offer."""
    return ActionForm(
        action="withdraw",
        title="Withdraw an offer",
        button="Withdraw offer",
        done=f"Offer {offer.reference} withdrawn",
        facts=(f"{offer.reference} to {offer.agency_name}.",),
        fields=(
            FieldSpec(
                key="reason",
                words="Reason",
                kind=Kind.CODE,
                options=codes(OfferWithdrawal),
                required=True,
            ),
        ),
        document=lambda values: values | {"offer": offer.reference},
        dangerous=True,
    )
