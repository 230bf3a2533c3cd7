"""Command lines: words to flags, as pflag (Kubernetes) and Go's flag package (etcd) read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from hullmark.linter.manifest.components.catalogue import settings, spellings
from hullmark.linter.manifest.components.wording import Brief
from hullmark.linter.named_tuple import NamedTuple

# Boolean flags that no rule reads but that stand before other words in real command lines.
_BARE = frozenset(
    {
        "allow-privileged",
        "leader-elect",
        "register-node",
        "logtostderr",
        "alsologtostderr",
        "allocate-node-cidrs",
        "enable-bootstrap-token-auth",
        "enable-aggregator-routing",
        "help",
        "version",
        "cluster-init",
        "enable-server",
        "initial-cluster-token-auth",
        "strict-reconfig-check",
        "force-new-cluster",
    }
)


class Head(NamedTuple):
    """What the first word of a flag says by itself.

    `start` is where in the word a value starts, 0 where none does; `closed`: it takes no second word.
    """

    brief: Brief
    spelled: str
    start: int
    closed: bool


Flag = tuple[Head, int, int]
"""A flag, and which words it takes: its own, and a second one (-1 where it takes none)."""


class Line(NamedTuple):
    """The flags of a command line, in full and in brief, and the words that are none.

    Those come with the reason, which is empty where a word may be anything.
    """

    flags: list[Flag]
    briefs: list[Brief]
    strays: list[tuple[int, str]]


_LONGEST = 1 << 12
"""Characters of a command line whose words are worth remembering."""


def line(component: str, texts: Sequence[str]) -> Line:
    """The command line that is made of these words. Most words are whole flags, and are the same in every file."""
    head = _head if sum(map(len, texts)) <= _LONGEST else _head.__wrapped__
    heads = [head(component, text) for text in texts]
    flags = [(each, at, -1) for at, each in enumerate(heads) if each is not None and each.closed]
    if len(flags) == len(heads):
        return Line(flags, [each.brief for each, _, _ in flags], [])
    return _read(texts, heads)


def _read(texts: Sequence[str], heads: Sequence[Head | None]) -> Line:
    read = Line([], [], [])
    at = 0
    switch = ""
    while at < len(texts):
        text, head = texts[at], heads[at]
        at += 1
        if text == "--":
            break
        if head is None:
            if not text.startswith("-"):
                # A boolean takes no second word: `--profiling false` leaves profiling on.
                reason = f"is not read: --{switch} takes its value after an equals sign" if switch else ""
                read.strays.append((at - 1, reason))
            switch = ""
            continue
        switch = head.spelled if head.closed and not head.start else ""
        if head.closed or at >= len(texts) or texts[at].startswith("--"):
            read.flags.append((head, at - 1, -1))
            read.briefs.append(head.brief)
        else:
            read.flags.append((head, at - 1, at))
            read.briefs.append((head.brief[0], texts[at], " "))
            at += 1
    return read


@lru_cache(maxsize=4096)
def _head(component: str, text: str) -> Head | None:
    """The flag that a word begins; None for other words."""
    dashes = 1 if component == "etcd" else 2
    if not text.startswith("-" * dashes) or len(text) == dashes or text == "--":
        return None
    body = len(text) - len(text.lstrip("-")) if dashes == 1 else 2
    name, equals, value = text[body:].partition("=")
    canonical = canonical_name(component, name)
    if equals:
        return Head((canonical, value, "="), name, body + len(name) + 1, True)
    return Head((canonical, None, "="), name, 0, is_boolean(component, canonical))


def canonical_name(component: str, name: str) -> str:
    """The name in the table: old spellings joined; in Kubernetes an underscore is a dash."""
    if component != "etcd":
        name = name.replace("_", "-")
    return spellings(component).get(name, name)


def is_boolean(component: str, name: str) -> bool:
    """Whether the flag takes no second word."""
    known = settings(component).get(name)
    return known.type == "bool" if known is not None else name in _BARE


def assignments(component: str, texts: Sequence[str]) -> Iterator[Head]:
    """`flag[=value]` items without dashes (k3s, RKE2, minikube), leading dashes allowed."""
    for text in texts:
        start = len(text) - len(text.lstrip("-"))
        name, equals, value = text[start:].partition("=")
        joint = "="
        if equals and name[-1:] in "+-":
            joint = f"{name[-1]}="
            name = name[:-1]
        at = start + len(name) + len(joint)
        brief = (canonical_name(component, name), value if equals else None, joint)
        yield Head(brief, name, at if equals else 0, True)
