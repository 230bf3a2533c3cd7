"""Fixes change what they say and leave every other character as it is."""

from collections.abc import Callable

import pytest

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.view import View
from hullmark.linter.rule import Offer, append, insert, remove, rewrite, together
from hullmark.linter.rule.hit import made
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.documents import documents

POD = """\
spec:  # what runs
  hostPID: true  # needed?
  containers:
    - name: app
      securityContext: {privileged: true, capabilities: {drop: [ALL]}}
      command: ["sh", '-c']
      args: [
        # none
      ]
      env: []
      x: &anchor yes
      y: *anchor
"""


def root(text: str) -> View:
    source = Source("a.yaml", text)
    return View(Cursor(source, documents(source)[0].root, None, Span(0, 0)))


def at(text: str, *path: str | int) -> View:
    cursor = root(text).cursor
    for part in path:
        cursor = list(cursor.items())[part] if isinstance(part, int) else cursor.get(part)
    return View(cursor)


def done(text: str, offer: Offer) -> str:
    fix = made(offer)
    assert fix is not None
    for source, edit in sorted(fix.edits, key=lambda each: each[1], reverse=True):
        assert source.text == text
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


CONTAINER = ("spec", "containers", 0)

CHANGES: list[tuple[Callable[[], Offer], str, str]] = [
    (lambda: rewrite(at(POD, "spec", "hostPID"), "false"), "hostPID: true", "hostPID: false"),
    (lambda: rewrite(at(POD, "spec", "hostPID"), False), "hostPID: true", "hostPID: false"),
    (lambda: rewrite(at(POD, *CONTAINER, "command"), ["sh"]), """["sh", '-c']""", "[sh]"),
    (lambda: rewrite(at(POD, *CONTAINER, "command", 1), "'-e'"), "'-c'", "'-e'"),
    (lambda: remove(at(POD, "spec", "hostPID")), "  hostPID: true  # needed?\n", ""),
    (lambda: remove(at(POD, *CONTAINER, "securityContext", "privileged")), "privileged: true, ", ""),
    (lambda: remove(at(POD, *CONTAINER, "command", 1)), """, '-c'""", ""),
    (
        lambda: insert(at(POD, *CONTAINER, "securityContext"), "allowPrivilegeEscalation", False),
        "{drop: [ALL]}}",
        "{drop: [ALL]}, allowPrivilegeEscalation: false}",
    ),
    (
        lambda: insert(at(POD, *CONTAINER), "securityContext.capabilities.add", ["CHOWN"]),
        "{drop: [ALL]}",
        "{drop: [ALL], add: [CHOWN]}",
    ),
    (
        lambda: insert(at(POD, "spec"), "securityContext.seccompProfile.type", "RuntimeDefault"),
        "      y: *anchor\n",
        "      y: *anchor\n  securityContext:\n    seccompProfile:\n      type: RuntimeDefault\n",
    ),
    (lambda: append(at(POD, *CONTAINER, "command"), "id"), "'-c']", "'-c', id]"),
    (lambda: append(at(POD, *CONTAINER, "env"), {"name": "A"}), "env: []", "env: [{name: A}]"),
]


@pytest.mark.parametrize(("fix", "old", "new"), CHANGES)
def test_only_what_is_named_changes(fix: Callable[[], Offer], old: str, new: str) -> None:
    assert POD.count(old) == 1
    assert done(POD, fix()) == POD.replace(old, new)


@pytest.mark.parametrize(
    "fix",
    [
        lambda: rewrite(at(POD, "spec", "hostIPC"), "false"),
        lambda: rewrite(at(POD, "spec"), "{}"),
        lambda: rewrite(at(POD, *CONTAINER, "y"), "no"),
        lambda: remove(at(POD, "spec", "hostIPC")),
        lambda: insert(at(POD, "spec"), "hostPID", False),
        lambda: insert(at(POD, "spec"), "hostPID.value", False),
        lambda: insert(at(POD, *CONTAINER, "command"), "a", False),
        lambda: append(at(POD, *CONTAINER, "args"), "a"),
        lambda: append(at(POD, "spec", "containers"), {"name": "a"}),
        lambda: append(at(POD, "spec", "nothing"), "a"),
    ],
)
def test_what_is_not_sure_is_left_to_the_author(fix: Callable[[], Offer]) -> None:
    assert made(fix()) is None


def test_merged_field_is_not_removed_from_its_anchor() -> None:
    text = "a: &a {hostPID: true}\nb: {<<: *a}\n"
    assert made(remove(at(text, "b", "hostPID"))) is None
    assert done(text, remove(at(text, "a", "hostPID"))) == "a: &a {}\nb: {<<: *a}\n"


def test_last_key_leaves_an_empty_mapping() -> None:
    text = "a:\n  b:\n    c: 1\n"
    assert done(text, remove(at(text, "a", "b", "c"))) == "a:\n  b:\n    {}\n"


def test_windows_line_breaks_stay() -> None:
    text = "a:\r\n  b: 1\r\n  c: 2\r\n"
    assert done(text, remove(at(text, "a", "b"))) == "a:\r\n  c: 2\r\n"
    assert done(text, insert(at(text, "a"), "d", True)) == "a:\r\n  b: 1\r\n  c: 2\r\n  d: true\r\n"


def test_description_names_the_field() -> None:
    offers = [
        rewrite(at(POD, "spec", "hostPID"), "false"),
        remove(at(POD, *CONTAINER, "command", 1)),
        insert(at(POD, "spec"), "securityContext.fsGroup", 1),
        remove(at(POD, "spec", "hostPID"), description="say why", safe=True),
    ]
    fixes = [made(offer) for offer in offers]
    assert [fix and fix.description for fix in fixes] == [
        "set hostPID to false",
        "remove the item of command",
        "add securityContext.fsGroup",
        "say why",
    ]
    assert [fix and fix.safe for fix in fixes] == [False, False, False, True]


def test_half_a_fix_is_none() -> None:
    one = remove(at(POD, "spec", "hostPID"))
    assert made(together("both", one, None)) is None
    both = made(together("both", one, one))
    assert both is not None
    assert len(both.edits) == 2
