"""The view that a person's list begins with at each sign-in: one of their own, or a shared one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from d2a_desktop.domain.permissions import Caller
from d2a_desktop.services.context import Context
from d2a_desktop.services.page_states import PageStates
from d2a_desktop.services.shared_views import SharedViews


@dataclass(frozen=True)
class StartView:
    """What a page begins with; `state` is None where the view is gone since it was chosen."""

    page: str
    view_id: str
    name: str
    state: Mapping[str, Any] | None


class StartViews:
    """Keeps, by login and page, which view a list begins with; on this desk alone."""

    def __init__(self, context: Context, own: PageStates, shared: SharedViews) -> None:
        self._store = context.store
        self._own = own
        self._shared = shared

    def chosen(self, caller: Caller, page: str) -> str:
        """Return the identity of the view that a page begins with; empty where it has none."""
        return str(self._kept(caller).get(page, {}).get("id", ""))

    def choose(self, caller: Caller, page: str, view_id: str, name: str) -> None:
        """Begin a page with a view from the next sign-in on; an empty identity: as it was left."""
        kept = self._kept(caller)
        kept.pop(page, None)
        if view_id:
            kept[page] = {"id": view_id, "name": name}
        self._store.put_setting(_key(caller), kept)

    def at_sign_in(self, caller: Caller) -> tuple[StartView, ...]:
        """Return what each page begins with, without words of a filter.

        A name typed into a filter would hide the rest of the ward the next morning (ADR 0028). A
        view that is gone is told once, and then forgotten.
        """
        kept = self._kept(caller)
        found = tuple(self._found(caller, page, each) for page, each in kept.items())
        still = {each.page: kept[each.page] for each in found if each.state is not None}
        if still != kept and not self._store.read_only:
            self._store.put_setting(_key(caller), still)
        return found

    def _found(self, caller: Caller, page: str, kept: Mapping[str, str]) -> StartView:
        view_id, name = kept["id"], kept["name"]
        for own in self._own.views(caller, page):
            if own.view_id == view_id:
                return StartView(page, view_id, own.name, {**own.state, "words": ""})
        shared = self._shared.view(caller, view_id)
        if shared is not None and shared.page == page:
            return StartView(page, view_id, shared.name, shared.state)
        return StartView(page, view_id, name, None)

    def _kept(self, caller: Caller) -> dict[str, dict[str, str]]:
        held = self._store.setting(_key(caller), {})
        return dict(held) if isinstance(held, dict) else {}


def _key(caller: Caller) -> str:
    return f"start-views:{caller.login}"
