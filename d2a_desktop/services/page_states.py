"""How each person has the pages of this desk, and the views they saved: kept in the store alone.

The local store is encrypted and this part of it is never exchanged: how somebody looks at a list
is nobody else's business, and the words of a filter may name a patient.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.core.ids import new_id
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.domain.shared_view import LONGEST_NAME
from d2a_desktop.services.context import Context

MOST_VIEWS = 50
_LARGEST = 200_000


@dataclass(frozen=True)
class SavedView:
    """A view of one list that a person gave a name; `state` is the list's own document."""

    view_id: str
    page: str
    name: str
    state: Mapping[str, Any]


class PageStates:
    """Keeps pages and views by the login that is signed in."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._clock = context.clock

    def kept(self, caller: Caller) -> dict[str, Any]:
        """Return how this person left each page, by its key; empty for a new person."""
        held = self._store.setting(_pages_of(caller), {})
        return dict(held) if isinstance(held, dict) else {}

    def keep(self, caller: Caller, pages: Mapping[str, Any]) -> None:
        """Keep how this person has these pages; other pages stay as they were.

        A document beyond any use (200,000 characters) is not kept.
        """
        if self._store.read_only:
            return
        merged = {**self.kept(caller), **pages}
        if len(json.dumps(merged)) <= _LARGEST:
            self._store.put_setting(_pages_of(caller), merged)

    def views(self, caller: Caller, page: str) -> tuple[SavedView, ...]:
        """Return this person's saved views of a page by name; of all pages for an empty key."""
        held = [each for each in self._all(caller) if _is_of(each, page)]
        return tuple(sorted(held, key=lambda each: each.name.casefold()))

    def save_view(
        self, caller: Caller, page: str, name: str, state: Mapping[str, Any]
    ) -> SavedView:
        """Save a view under a new name.

        Raises:
            RefusedError: the name is empty, too long or taken, or there are too many views.
        """
        views = self._all(caller)
        if len(views) >= MOST_VIEWS:
            raise RefusedError(
                f"There are {MOST_VIEWS} saved views already.", what_to_do="Delete one first."
            )
        made = SavedView(new_id(self._clock.now()), page, _fit(name, views, page), dict(state))
        self._keep_views(caller, (*views, made))
        return made

    def rename_view(self, caller: Caller, view_id: str, name: str) -> None:
        """Give a view another name.

        Raises:
            RefusedError: the name is empty, too long or taken.
        """
        views = self._all(caller)
        for each in views:
            if each.view_id == view_id:
                others = [other for other in views if other.view_id != view_id]
                fit = _fit(name, others, each.page.partition("/")[0])
                changed = SavedView(view_id, each.page, fit, each.state)
                self._keep_views(caller, (*others, changed))

    def delete_view(self, caller: Caller, view_id: str) -> None:
        """Delete a view; the list stays as it is."""
        views = self._all(caller)
        self._keep_views(caller, [each for each in views if each.view_id != view_id])

    def _all(self, caller: Caller) -> list[SavedView]:
        held = self._store.setting(_views_of(caller), [])
        return [
            SavedView(str(each["id"]), str(each["page"]), str(each["name"]), each["state"])
            for each in (held if isinstance(held, list) else ())
        ]

    def _keep_views(self, caller: Caller, views: Sequence[SavedView]) -> None:
        document = [
            {"id": each.view_id, "page": each.page, "name": each.name, "state": dict(each.state)}
            for each in views
        ]
        self._store.put_setting(_views_of(caller), document)


def _pages_of(caller: Caller) -> str:
    return f"pages:{caller.login}"


def _views_of(caller: Caller) -> str:
    return f"views:{caller.login}"


def _is_of(view: SavedView, page: str) -> bool:
    # Earlier programs kept the name of the list as well, which is another in Welsh.
    return page in ("", view.page, view.page.partition("/")[0])


def _fit(name: str, views: Sequence[SavedView], page: str) -> str:
    said = " ".join(name.split())
    if not said:
        raise RefusedError("A view needs a name.", what_to_do="Type one, e.g. Leaving this week.")
    if len(said) > LONGEST_NAME:
        raise RefusedError(f"A view's name has at most {LONGEST_NAME} characters.")
    if any(_is_of(each, page) and each.name.casefold() == said.casefold() for each in views):
        raise RefusedError("There is a view of that name.", what_to_do="Choose another name.")
    return said
