"""Opens the window of each action on the case in front, and does those that need no window."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from d2a_desktop.domain.commands import parse_command
from d2a_desktop.services.queries.rows import CaseView, OfferRow
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace
from d2a_desktop.ui.dialogs.allocate import first_block
from d2a_desktop.ui.dialogs.answer_offer import partner_worker_form
from d2a_desktop.ui.dialogs.case_forms import FORMS, form_for
from d2a_desktop.ui.dialogs.form_kit import Asked
from d2a_desktop.ui.dialogs.offer_dialog import OfferDialog
from d2a_desktop.ui.dialogs.result_words import result_words
from d2a_desktop.ui.dialogs.visit_dialog import VisitDialog
from d2a_desktop.ui.dialogs.ward_forms import departure_words
from d2a_desktop.ui.item_models.case_banner import banner_facts
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme

# The words of the actions bar; "gate" is shown on the overview and asked again by "depart".
ACTION_WORDS: Mapping[str, str] = {
    "review": "Review criteria to reside",
    "refer": "Complete the referral",
    "pathway": "Confirm pathway",
    "return": "Return the referral to the ward",
    "offer": "Send offers",
    "accept": "Agency accepts (for a partner)",
    "decline": "Agency declines (for a partner)",
    "hand-back": "Agency hands back (for a partner)",
    "allocate": "Allocate a worker (for a partner)",
    "depart": "Plan or confirm departure",
    "arrive": "Record an arrival",
    "visit": "Plan the assessment visit",
    "outcome": "Record the outcome of a visit",
    "end": "End the placement",
    "note": "Add a note",
    "call": "Log a contact",
    "barrier": "Open a barrier",
    "task": "Open a task",
    "turn-back": "Turned back",
    "reopen": "Cancel the discharge",
    "withdraw": "Withdraw the referral",
    "update": "Edit the referral",
}
# Forms of their own for one action of the services.
PART_OF: Mapping[str, str] = {"return": "pathway", "call": "note"}
# What a stage waits for, in the order in which it is offered as the one green button.
_NEXT: Mapping[str, tuple[str, ...]] = {
    "inpatient": ("review",),
    "nctr": ("refer", "review"),
    "referred": ("pathway", "note"),
    "pathway_confirmed": ("offer", "note"),
    "offered": ("accept", "offer", "note"),
    "accepted": ("allocate", "visit", "note"),
    "allocated": ("depart", "arrive", "visit"),
    "discharge_planned": ("depart", "arrive", "visit"),
    "at_home": ("arrive", "visit", "outcome"),
    "assessed": ("visit", "end", "note"),
    "under_review": ("end", "visit", "note"),
    "closed": (),
}


_LEFT_THE_WARD = ("at_home", "assessed", "under_review", "closed")
# What has no sense any more in a stage, although a command line may correct it there.
_NOT_IN: Mapping[str, tuple[str, ...]] = {"review": _LEFT_THE_WARD, "barrier": ("closed",)}
# What the hub and the ward record for an agency without a desk, and in which states of its offer.
_FOR_A_PARTNER: Mapping[str, str] = {
    "accept": "sent",
    "decline": "sent",
    "hand-back": "accepted",
    "allocate": "accepted",
}


def action_words(action: str, view: CaseView, *, org_kind: str = "") -> str:
    """Return what a button says that does an action now; an empty text for none."""
    if action == "depart":
        return departure_words(view)
    if action == "visit":
        visit = "next review" if view.stage in ("assessed", "under_review") else "assessment visit"
        return f"{'Move' if is_booked(view) else 'Plan'} the {visit}"
    words = ACTION_WORDS.get(action, "")
    return words.removesuffix(" (for a partner)") if org_kind == "agency" else words


def is_booked(view: CaseView) -> bool:
    """Whether a visit is ahead; one that came to nothing (no access) is to be booked again."""
    return any(
        row.status in ("planned", "confirmed") and row.outcome is None for row in view.visits
    )


def can_open(action: str, view: CaseView, *, org_kind: str) -> bool:
    """Return whether an action leads somewhere here; a partner's needs a partner's offer."""
    if PART_OF.get(action, action) not in view.actions:
        return False
    if view.stage in _NOT_IN.get(action, ()):
        return False
    if org_kind == "agency" or action not in _FOR_A_PARTNER:
        return True
    return partner_offer(view, _FOR_A_PARTNER[action]) is not None


def partner_offer(view: CaseView, status: str) -> OfferRow | None:
    """Return the first offer in this state to an agency without a desk, or None."""
    found = (o for o in view.offers if o.status == status and not o.agency_has_desk)
    return next(found, None)


def next_of(view: CaseView, *, org_kind: str) -> str:
    """Return the action that the green button offers now, or an empty text."""
    wanted = _NEXT.get(view.stage, ())
    if view.stage == "at_home" and view.records.get("departure", {}).get("arrived_home_at"):
        wanted = ("outcome", "visit", "arrive") if is_booked(view) else ("visit", "outcome")
    if view.records.get("referral", {}).get("status") == "returned":
        wanted = ("refer", "note") if org_kind == "hospital" else ("note",)
    if view.stage == "offered" and org_kind != "agency":
        wanted = tuple(each for each in wanted if each != "accept")
    if view.stage == "accepted" and org_kind != "agency":
        wanted = ("allocate", "depart", "visit")
    return next((each for each in wanted if can_open(each, view, org_kind=org_kind)), "")


class CaseActions(QObject):
    """Knows the case in front; every part of the record asks it.

    Signals:
        done: words for the toast, and what the service answered.
        refused: the exception of an action that has no window of its own.
        elsewhere: an action that another page or part answers: update, refer, allocate.
    """

    done = Signal(str, object)
    refused = Signal(Exception)
    elsewhere = Signal(str)

    def __init__(self, theme: Theme, tasks: Tasks, link: DeskLink, host: QWidget) -> None:
        super().__init__(host)
        self._theme, self._tasks, self._link, self._host = theme, tasks, link, host
        self.view: CaseView | None = None

    @property
    def place(self) -> DialogPlace:
        """What a window needs for the case in front."""
        view, link = self._case(), self._link
        return DialogPlace(
            theme=self._theme,
            tasks=self._tasks,
            link=link,
            case_ref=view.case_ref,
            scope_id=view.case_id,
            person=banner_facts(view, now=link.desk.clock.now()),
        )

    def open(self, action: str) -> ActionDialog | None:
        """Open the window of an action that the case allows; None where it has none here."""
        view = self._case()
        org_kind = self._link.desk.caller.org_kind
        if not can_open(action, view, org_kind=org_kind):
            return None
        if action in ("update", "refer") or (action == "allocate" and org_kind == "agency"):
            self.elsewhere.emit(action)
            return None
        special: dict[str, Callable[[], ActionDialog]] = {
            "offer": lambda: OfferDialog(self.place, view, parent=self._host),
            "visit": lambda: VisitDialog(self.place, view, parent=self._host),
            "allocate": lambda: ActionDialog(self.place, self._partner_worker(), parent=self._host),
        }
        if action in special:
            return self._shown(special[action]())
        return self.open_form(form_for(action, self._asked())) if action in FORMS else None

    def open_form(self, form: ActionForm) -> ActionDialog:
        """Open the window of a form made for the case in front."""
        return self._shown(ActionDialog(self.place, form, parent=self._host))

    def send_referral(self) -> ActionDialog:
        """Open the window that sends the referral, with what is missing."""
        return self.open_form(form_for("refer", self._asked()))

    def run(self, action: str, document: dict[str, object], done: str) -> None:
        """Do an action that needs no window, in the background."""
        desk, case_ref = self._link.desk, self._case().case_ref
        command = parse_command(action, document)
        self.run_work(lambda: desk.actions.do(desk.caller, case_ref, action, command), done)

    def run_work(
        self,
        work: Callable[[], object],
        done: str,
        *,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Do other work on the case in the background, e.g. giving a pack.

        `failed` takes the exception in place of `refused`.
        """
        shared = bool(self._link.desk.settings.server_url)
        self._tasks.run_command(
            work,
            lambda result: self.done.emit(result_words(done, result, shared=shared), result),
            failed=failed or self.refused.emit,
            owner=self,
        )

    def _partner_worker(self) -> ActionForm:
        offer = partner_offer(self._case(), "accepted")
        if offer is None:
            raise RuntimeError("no agency without a desk has accepted")
        return partner_worker_form(offer, block=first_block(offer, self._link.desk.clock.now()))

    def _asked(self) -> Asked:
        desk = self._link.desk
        return Asked(self._case(), desk.caller, desk.clock.now())

    def _shown(self, dialog: ActionDialog) -> ActionDialog:
        dialog.done_with.connect(self.done)
        dialog.open()
        return dialog

    def _case(self) -> CaseView:
        if self.view is None:
            raise RuntimeError("no record is in front")
        return self.view
