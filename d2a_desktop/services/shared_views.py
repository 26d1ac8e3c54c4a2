"""Views of lists that colleagues share: with a ward of a hospital, or with a team without wards.

A shared view lies in the scope of its organisation and holds no word of a filter
(`domain/shared_view.py`); a person's own views stay on the desk (`services/page_states.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import NotPermittedError, RefusedError, UsageError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.domain.shared_view import (
    LONGEST_NAME,
    definition_of,
    is_code,
    is_definition,
    is_name,
)
from d2a_desktop.models.shared_view import SharedView
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.staff import Staff
from d2a_desktop.services.context import Context
from d2a_desktop.services.results import ActionResult

MOST_SHARED = 50
"""Shared views of one list and one ward; more could not be told apart."""
_WITH_WARDS = "hospital"


@dataclass(frozen=True)
class SharedViewRow:
    """A view that colleagues share.

    `ward` is empty for a team without wards. `mine`: this person shared it. `free`: whoever
    shared it works here no more, so that any colleague may take it back. `confirmed` is false
    until the shared database has it.
    """

    view_id: str
    page: str
    name: str
    ward: str
    state: Mapping[str, Any]
    shared_by: str
    shared_at: datetime
    mine: bool
    free: bool
    confirmed: bool


class SharedViews:
    """Shows, shares, renames and takes back views of the caller's organisation."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def views(
        self, caller: Caller, page: str = "", *, ward: str | None = None
    ) -> tuple[SharedViewRow, ...]:
        """Return the views that colleagues share now, by name.

        Args:
            caller: who asks; views of other organisations are never here.
            page: the key of a page; empty for all pages.
            ward: a ward of a hospital; None for all wards.
        """
        with self._context.store.read() as session:
            people = {row.login: row for row in session.scalars(select(Staff))}
            query = select(SharedView).where(
                SharedView.voided_at.is_(None), SharedView.scope_id == caller.org_id
            )
            rows = [
                _row(each, people, caller)
                for each in session.scalars(query)
                if page in ("", each.page) and (ward is None or (each.ward or "") == ward)
            ]
        return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.view_id)))

    def view(self, caller: Caller, view_id: str) -> SharedViewRow | None:
        """Return a view by its identity, None where nobody shares it any more."""
        return next((row for row in self.views(caller) if row.view_id == view_id), None)

    def wards(self, caller: Caller) -> tuple[str, ...]:
        """Return the wards of this hospital that the desk knows; nothing for other kinds."""
        if caller.org_kind != _WITH_WARDS:
            return ()
        with self._context.store.read() as session:
            lived_in = session.scalars(
                select(Spell.ward)
                .where(Spell.hospital_org_id == caller.org_id, Spell.voided_at.is_(None))
                .distinct()
            )
            shared = session.scalars(select(SharedView.ward).distinct())
            found = {each.strip() for each in (*lived_in, *shared) if each}
        return tuple(sorted(filter(is_name, found), key=str.casefold))

    def share(
        self, caller: Caller, page: str, name: str, state: Mapping[str, Any], *, ward: str = ""
    ) -> ActionResult:
        """Share a view of a list; the words of its filter are left out.

        Args:
            caller: who shares it.
            page: the key of the page.
            name: what colleagues read; an identity in it is refused where it can be recognised.
            state: the list's own document.
            ward: for a hospital, whose view it is; empty elsewhere.

        Raises:
            RefusedError: the name is not fit or taken, a ward is missing, or there are too many.
            UsageError: the document is none of a list.
            NotPermittedError: not for this role.
        """
        require(caller, "share-view")
        definition = definition_of(state)
        if not is_code(page) or not is_definition(definition):
            raise UsageError("This view cannot be shared: it holds more than columns and choices.")
        ward = " ".join(ward.split())
        if (caller.org_kind == _WITH_WARDS) != bool(ward):
            raise RefusedError("A hospital shares a view with a ward.", what_to_do="Choose one.")
        with self._context.store.write(caller, action=AuditAction.VIEW_SHARED) as uow:
            others = _names(uow.session, caller, page, ward)
            if len(others) >= MOST_SHARED:
                raise RefusedError(
                    f"{MOST_SHARED} views are shared already.", what_to_do="Take one back first."
                )
            row = SharedView(
                id=uow.new_id(),
                scope_id=caller.org_id,
                page=page,
                ward=ward or None,
                definition=definition,
                shared_by_login=caller.login,
                shared_at=uow.now,
                name=_fit(name, others),
            )
            uow.add(row)
            row_id = row.id
        return _answer("share", row_id, uow.changes)

    def rename(self, caller: Caller, view_id: str, name: str) -> ActionResult:
        """Give a shared view another name; any colleague may.

        Raises:
            RefusedError: the name is not fit or taken, or the view was taken back.
            NotPermittedError: not for this role.
        """
        require(caller, "share-view")
        with self._context.store.write(caller, action=AuditAction.VIEW_RENAMED) as uow:
            row = _live(uow.session, caller, view_id)
            others = _names(uow.session, caller, row.page, row.ward or "", but=view_id)
            row.name = _fit(name, others)
        return _answer("rename", view_id, uow.changes)

    def take_back(self, caller: Caller, view_id: str) -> ActionResult:
        """Share a view no more. Its maker may, or anybody once the maker works here no more.

        Raises:
            RefusedError: it was taken back already. NotPermittedError: a colleague shares it.
        """
        require(caller, "share-view")
        with self._context.store.write(caller, action=AuditAction.VIEW_TAKEN_BACK) as uow:
            row = _live(uow.session, caller, view_id)
            if row.shared_by_login != caller.login and not _has_left(uow.session, row):
                raise NotPermittedError(
                    "A colleague shares this view.", what_to_do="Ask whoever shared it."
                )
            row.voided_at = uow.now
        return _answer("take-back", view_id, uow.changes)


def _row(view: SharedView, people: Mapping[str, Staff], caller: Caller) -> SharedViewRow:
    person = people.get(view.shared_by_login)
    mine = view.shared_by_login == caller.login
    return SharedViewRow(
        view_id=view.id,
        page=view.page,
        name=view.name,
        ward=view.ward or "",
        state=view.definition if isinstance(view.definition, Mapping) else {},
        shared_by=caller.name if mine else person.name if person is not None else "",
        shared_at=view.shared_at,
        mine=mine,
        free=not mine and (person is None or not person.active),
        confirmed=view.ver > 0,
    )


def _live(session: Session, caller: Caller, view_id: str) -> SharedView:
    row = session.get(SharedView, view_id)
    if row is None or row.voided_at is not None or row.scope_id != caller.org_id:
        raise RefusedError("This view is not shared any more.", what_to_do="Choose another.")
    return row


def _has_left(session: Session, row: SharedView) -> bool:
    maker = session.scalar(select(Staff).where(Staff.login == row.shared_by_login))
    return maker is None or not maker.active


def _names(
    session: Session, caller: Caller, page: str, ward: str, *, but: str = ""
) -> frozenset[str]:
    query = select(SharedView).where(
        SharedView.voided_at.is_(None),
        SharedView.scope_id == caller.org_id,
        SharedView.page == page,
    )
    found = [each for each in session.scalars(query) if (each.ward or "") == ward]
    return frozenset(each.name.casefold() for each in found if each.id != but)


def _fit(name: str, others: frozenset[str]) -> str:
    said = " ".join(name.split())
    if not said:
        raise RefusedError("A view needs a name.", what_to_do="Type one, e.g. Leaving this week.")
    if len(said) > LONGEST_NAME:
        raise RefusedError(f"A view's name has at most {LONGEST_NAME} characters.")
    if not is_name(said):
        raise RefusedError(
            "This name looks like an NHS number.", what_to_do="Choose a name without one."
        )
    if said.casefold() in others:
        raise RefusedError("There is a view of that name.", what_to_do="Choose another name.")
    return said


def _answer(action: str, view_id: str, changes: Any) -> ActionResult:
    return ActionResult(
        case_id=None,
        case_ref=None,
        action=action,
        stage=None,
        details={"id": view_id},
        changes=changes,
    )
