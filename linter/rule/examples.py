"""Examples of rules: small manifests that are documentation and tests at once.

Offending lines are marked with a trailing `# !`, optionally followed by a part of the message
(`# ! runs privileged`). The marks are removed before the text is judged or shown.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

_MARK = re.compile(r"[ \t]*# !(?:[ \t]+(?P<part>[^\n]*?))?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """One manifest (or several files by path), marked; `fixed` is what the rule's fix makes of it.

    `options` are configuration keys that the example needs, as pairs. `path` is the name under which
    the text is judged; rules that depend on file names set it.
    """

    text: str
    fixed: str | None = None
    path: str = "example.yaml"
    others: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    today: str = "2026-01-15"

    @property
    def clean(self) -> str:
        """The text without marks."""
        return _MARK.sub("", self.text)

    @property
    def files(self) -> dict[str, str]:
        """Every file of the example by path, without marks."""
        return {self.path: self.clean, **{path: _MARK.sub("", text) for path, text in self.others}}

    @property
    def expected(self) -> list[tuple[str, int, str]]:
        """Path, 1-based line and demanded part of the message of every mark; one entry a mark."""
        found = []
        for path, text in ((self.path, self.text), *self.others):
            for number, line in enumerate(text.split("\n"), start=1):
                match = _MARK.search(line)
                if match:
                    found.append((path, number, match["part"] or ""))
        return found


def manifest(text: str, fixed: str | None = None, **more: str) -> Example:
    """A whole manifest, dedented."""
    return Example(_dedent(text), None if fixed is None else _dedent(fixed), **more)


def several(*texts: str, fixed: str | None = None) -> Example:
    """Several documents of one file."""
    body = "---\n".join(_dedent(text) for text in texts)
    return Example(body, None if fixed is None else _dedent(fixed))


def in_container(text: str, fixed: str | None = None) -> Example:
    """Fields of the one container of a pod, shown in place."""
    return _framed(_CONTAINER, 6, text, fixed)


def in_pod(text: str, fixed: str | None = None) -> Example:
    """Fields of a pod's `spec` beside one plain container, shown in place."""
    return _framed(_POD, 2, text, fixed)


def in_deployment(text: str, fixed: str | None = None) -> Example:
    """Fields of the pod template's `spec` of a Deployment beside one plain container."""
    return _framed(_DEPLOYMENT, 6, text, fixed)


def _framed(frame: str, depth: int, text: str, fixed: str | None) -> Example:
    def fill(inner: str) -> str:
        return frame.replace("@@\n", textwrap.indent(_dedent(inner), " " * depth))

    return Example(fill(text), None if fixed is None else fill(fixed))


def _dedent(text: str) -> str:
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
