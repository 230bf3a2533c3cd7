"""Examples of rules: small manifests that are documentation and tests at once.

Offending lines are marked with a trailing `# !`, optionally followed by a part of the message
(`# ! runs privileged`). The marks are removed before the text is judged or shown. A rule that
reports several findings at one line marks it once for each: `# ! first part # ! second part`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_MARKS = regex(r"[ \t]*# !(?=\s|$)[^\r\n]*", re.MULTILINE)
_PLAIN = "@@\n"
_PART = regex(r"# !(?=\s|$)[ \t]*")


class Mark(NamedTuple):
    """A place where a finding is due: path, 1-based line, and a part of its message."""

    path: str
    line: int
    part: str


class Example:
    """One manifest (or several files by path), marked; `fixed` is what the rule's fix makes of it.

    `path` is the name under which the text is judged; rules that depend on file names set it.
    `options` are configuration keys that the example needs, `kubernetes` its target minor ("1.29",
    empty: the newest), `complete` what may be believed absent (`cluster`, `bundle`, namespaces). `earlier`
    is the text in the state that a run compares with, for rules about what changed.

    Texts are framed and dedented when they are read: a run imports many examples and reads none.
    An empty `frame` leaves them as they are. Several texts are documents of one file.
    """

    __slots__ = (
        "_earlier",
        "_fixed",
        "_frame",
        "_written",
        "complete",
        "kubernetes",
        "options",
        "others",
        "path",
        "today",
    )

    def __init__(
        self,
        text: str | tuple[str, ...],
        fixed: str | None = None,
        *,
        path: str = "example.yaml",
        others: Mapping[str, str] | None = None,
        options: Mapping[str, object] | None = None,
        today: str = "2026-01-15",
        kubernetes: str = "",
        complete: str = "",
        earlier: str = "",
        frame: str = _PLAIN,
    ) -> None:
        self._written = text
        self._earlier = earlier
        self._fixed = fixed
        self._frame = frame
        self.path = path
        self.others = tuple((others or {}).items())
        self.options = tuple((options or {}).items())
        self.today = today
        self.kubernetes = kubernetes
        self.complete = complete

    def __repr__(self) -> str:
        return f"Example({self.text!r})"

    @property
    def text(self) -> str:
        """The whole text, with its marks."""
        written = self._written
        return _framed(self._frame, written if isinstance(written, str) else "---\n".join(map(_dedent, written)))

    @property
    def fixed(self) -> str | None:
        """The whole text after the fix, or None where none is offered."""
        return None if self._fixed is None else without_marks(_framed(self._frame, self._fixed))

    @property
    def earlier(self) -> str:
        """The whole text in the state that is compared with; empty where nothing is compared."""
        return without_marks(_framed(self._frame, self._earlier)) if self._earlier else ""

    @property
    def files_before(self) -> dict[str, str] | None:
        """Every file in the state that is compared with, or None where nothing is."""
        return {**self.files, self.path: self.earlier} if self._earlier else None

    @property
    def clean(self) -> str:
        """The text without marks."""
        return without_marks(self.text)

    @property
    def marked(self) -> dict[str, str]:
        """Every file of the example by path, with marks."""
        return {self.path: self.text, **{path: _framed(self._frame and _PLAIN, text) for path, text in self.others}}

    @property
    def files(self) -> dict[str, str]:
        """Every file of the example by path, without marks."""
        return {path: without_marks(text) for path, text in self.marked.items()}

    @property
    def expected(self) -> list[Mark]:
        """Every finding that is due, in the order of files and lines."""
        return [mark for path, text in self.marked.items() for mark in marks(path, text)]


def without_marks(text: str) -> str:
    """`text` as it is judged and shown."""
    return _MARKS.sub("", text)


def marks(path: str, text: str) -> list[Mark]:
    """The marks of one file."""
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = _MARKS.search(line)
        if match:
            parts = _PART.split(match.group().strip())[1:]
            found += [Mark(path, number, part.strip()) for part in parts]
    return found


def manifest(
    text: str,
    fixed: str | None = None,
    *,
    path: str = "example.yaml",
    others: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
    today: str = "2026-01-15",
    kubernetes: str = "",
    complete: str = "",
    earlier: str = "",
) -> Example:
    """A whole manifest, dedented; `others` are further files by path, `earlier` is the text before a change."""
    return Example(
        text,
        fixed,
        path=path,
        others=others,
        options=options,
        today=today,
        kubernetes=kubernetes,
        complete=complete,
        earlier=earlier,
    )


def several(
    *texts: str, fixed: str | None = None, options: Mapping[str, object] | None = None, complete: str = ""
) -> Example:
    """Several documents of one file."""
    return Example(texts, fixed, options=options, complete=complete)


def in_container(
    text: str, fixed: str | None = None, *, options: Mapping[str, object] | None = None, kubernetes: str = ""
) -> Example:
    """Fields of the one container of a pod, shown in place."""
    return Example(text, fixed, frame=_CONTAINER, options=options, kubernetes=kubernetes)


def in_pod(
    text: str, fixed: str | None = None, *, options: Mapping[str, object] | None = None, kubernetes: str = ""
) -> Example:
    """Fields of a pod's `spec` beside one plain container, shown in place."""
    return Example(text, fixed, frame=_POD, options=options, kubernetes=kubernetes)


def in_deployment(
    text: str, fixed: str | None = None, *, options: Mapping[str, object] | None = None, kubernetes: str = ""
) -> Example:
    """Fields of the pod template's `spec` of a Deployment beside one plain container."""
    return Example(text, fixed, frame=_DEPLOYMENT, options=options, kubernetes=kubernetes)


def _framed(frame: str, text: str) -> str:
    """`text` in the place of the frame's `@@`, indented as that is; as it is written where there is no frame."""
    if not frame:
        return text
    before, _, after = frame.partition("@@\n")
    indent = before[before.rfind("\n") + 1 :]
    import textwrap  # a run imports many examples and reads none

    return before[: len(before) - len(indent)] + textwrap.indent(_dedent(text), indent) + after


def _dedent(text: str) -> str:
    import textwrap

    body = textwrap.dedent(text).strip("\n")
    return body + "\n" if body else ""


_CONTAINER = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: app
      image: registry.example/shop/app:1.4.2
      @@
"""

_POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: app
      image: registry.example/shop/app:1.4.2
  @@
"""

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: app
          image: registry.example/shop/app:1.4.2
      @@
"""
