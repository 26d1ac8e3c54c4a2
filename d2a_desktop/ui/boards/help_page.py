"""Help: what each page is for, the two clocks, and every shortcut."""

from __future__ import annotations

from d2a_desktop.ui.actions import SPECS, Actions, Scope
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, Card, Facts, label
from d2a_desktop.ui.widgets.page import Page

_CLOCKS = (
    ("Waiting", "Before departure: whole days since there were no criteria to reside (NCTR)."),
    ("Assess at home", "From leaving the ward: 48 hours until an assessment at home must begin."),
    ("Approx", "With a planned departure: when the assessment at home will be due."),
    ("Reply by", "Of an offer: until then an agency may accept; later the offer is over."),
)
_SYNC = (
    ("Synced", "Everything on this desk is shared, and what others wrote is here."),
    ("Offline", "Work goes on; what you enter is kept on this computer and sent later."),
    ("Needs you", "Somebody changed the same thing: choose on the page Sync & conflicts."),
    ("Requested", "Done on this desk; it holds once the shared database has confirmed it."),
)


class HelpPage(Page):
    """One page of plain words; the sheet of shortcuts is one key away."""

    hints = ()

    def __init__(self, theme: Theme, actions: Actions) -> None:
        super().__init__(theme, "Help")
        self.set_sub("The words of the boards, and the keys")
        for title, facts in (("Clocks", _CLOCKS), ("Sync", _SYNC), ("Keys", _keys(actions))):
            card = Card(theme, title)
            rows = Facts(theme)
            rows.show_facts(facts)
            card.body.addWidget(rows)
            self.body.addWidget(card)
        about = label("Single letters can be switched off in Settings.", "quiet", wrap=True)
        self.body.addWidget(about)
        self.body.addStretch(1)
        self._all = Button(theme, "All shortcuts", icon="list", clicked=self._show_sheet)
        self.head_actions.addWidget(self._all)
        self.first_focus = self._all
        self._actions = actions

    def _show_sheet(self) -> None:
        from d2a_desktop.ui.dialogs.key_sheet import KeySheet

        KeySheet(self.theme, self._actions, self.window()).open()


def _keys(actions: Actions) -> tuple[tuple[str, str], ...]:
    shown = [spec for spec in SPECS.values() if spec.scope is Scope.WINDOW and spec.keys]
    return tuple((" or ".join(spec.keys), spec.words) for spec in shown)
