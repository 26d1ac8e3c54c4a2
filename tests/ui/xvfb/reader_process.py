"""What a screen reader finds: walks the tree of AT-SPI and prints it as JSON.

Run by Debian's own Python, which has pyatspi; nothing of the product is imported. Each line on
standard input is a question: `tree` for every node of the active window, `focus` for the node that
has the focus.
"""

import json
import sys

import pyatspi  # type: ignore[import-not-found]  # of Debian's own Python

# A list of hundreds of rows is read as far as this.
MOST_CHILDREN = 120


def windows():
    """Yield the windows of the product."""
    for app in pyatspi.Registry.getDesktop(0):
        if app is not None and app.name.startswith(("d2a", "D2A")):
            for window in app:
                if window is not None:
                    yield window


def place(each):
    """Return the middle of a node on the screen, or nothing where it has no place."""
    try:
        box = each.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    except NotImplementedError:
        return None
    return [box.x + box.width // 2, box.y + box.height // 2]


def node(each):
    """Return one node as plain values."""
    states = each.getState()
    held = [
        name
        for name, state in (
            ("focused", pyatspi.STATE_FOCUSED),
            ("checked", pyatspi.STATE_CHECKED),
            ("enabled", pyatspi.STATE_ENABLED),
            ("showing", pyatspi.STATE_SHOWING),
            ("active", pyatspi.STATE_ACTIVE),
        )
        if states.contains(state)
    ]
    return {
        "place": place(each),
        "role": each.getRoleName(),
        "name": each.name,
        "description": each.description,
        "states": held,
    }


def walk(root, found):
    """Gather what shows below a node, in the order of the tree."""
    states = root.getState()
    if not states.contains(pyatspi.STATE_SHOWING) and root.getRoleName() != "frame":
        return
    found.append(node(root))
    if root.getRoleName() in ("push button", "check box", "label", "table cell", "list item"):
        return
    for number in range(min(root.childCount, MOST_CHILDREN)):
        child = root.getChildAtIndex(number)
        if child is not None:
            walk(child, found)


def tree():
    """Return every node of the window in front: the last that was opened."""
    found: list[dict] = []
    for window in windows():
        states = window.getState()
        if states.contains(pyatspi.STATE_ACTIVE):
            walk(window, found)
    return found


def focus():
    """Return the nodes that have the focus."""
    return [each for each in tree() if "focused" in each["states"]]


def main():
    """Answer each line."""
    answers = {"tree": tree, "focus": focus}
    for line in sys.stdin:
        try:
            answer = answers[line.strip()]()
        except Exception as problem:  # noqa: BLE001  # whatever a window that goes does to D-Bus: ask again
            answer = {"again": str(problem)}
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
