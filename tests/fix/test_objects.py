"""Fixes that take whole objects out of a file: the rest stays byte for byte, and a file is never emptied."""

from typing import Any

import pytest

BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: NAME
  namespace: shop
  annotations: {hullmark.io/expires: "DAY"}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
  - {kind: Group, apiGroup: rbac.authorization.k8s.io, name: NAME}
"""
SELECT = ("--select", "rbac/expired-grant,rbac/duplicate-binding", "--today", "2026-03-02", "--fail-on", "never")


def _binding(name: str, day: str = "2027-01-01") -> str:
    return BINDING.replace("NAME", name).replace("DAY", day)


PAST, KEPT = _binding("past", "2026-03-01"), _binding("kept")
LIST = "apiVersion: v1\nkind: List\nitems:\n" + "".join(
    "  - " + part.replace("\n", "\n    ").rstrip(" ") for part in (KEPT, PAST)
)


def _fixed(scratch: Any, text: str, *arguments: str) -> str:
    path = scratch.write("bindings.yaml", text)
    assert scratch.hullmark("lint", *SELECT, *arguments).returncode == 0
    return str(path.read_text())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{KEPT}---\n{PAST}", KEPT),
        (f"{PAST}---\n{KEPT}", KEPT),
        (f"---\n{PAST}---\n{KEPT}", f"---\n{KEPT}"),
        (f"{KEPT}---\n# why\n{PAST}# so\n---\n# and\n{KEPT.replace('kept', 'other')}",
         f"{KEPT}---\n# and\n{KEPT.replace('kept', 'other')}"),
        (f"{KEPT}---\n{PAST}---\n{PAST.replace('past', 'old')}", KEPT),
    ],
    ids=["last", "first", "first below a border", "between, with its comments", "two"],
)  # fmt: skip
def test_what_ended_is_taken_out(scratch: Any, text: str, left: str) -> None:
    assert _fixed(scratch, text, "--fix") == text
    assert _fixed(scratch, text, "--fix", "--unsafe") == left


@pytest.mark.parametrize(
    "text",
    [PAST, f"---\n{PAST}", f"# about the file\n{PAST}---\n{KEPT}", LIST, f"---\n# nothing else\n---\n{PAST}"],
    ids=["the only one", "below a border", "comments above the first", "list", "comments alone"],
)
def test_what_is_left_to_its_author(scratch: Any, text: str) -> None:
    assert _fixed(scratch, text, "--fix", "--unsafe") == text
    (finding,) = scratch.report(*SELECT)["findings"]
    assert finding["fix"] is None


def test_of_two_that_grant_the_same_the_later_goes(scratch: Any) -> None:
    again = KEPT.replace("name: kept\n", "name: again\n", 1)
    assert _fixed(scratch, f"{KEPT}---\n{again}", "--fix", "--unsafe") == KEPT
