"""Command lines: words to flags, as pflag (Kubernetes) and Go's flag package (etcd) read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hullmark.linter.manifest.components.catalogue import settings, spellings
from hullmark.linter.manifest.components.word import Word

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


class Flag(NamedTuple):
    """One flag: its canonical name, as spelled, and the words that it takes.

    `start` is where in its own word a value starts, 0 where none does.
    """

    name: str
    spelled: str
    start: int
    item: Word
    second: Word | None = None
    joint: str = "="


class Stray(NamedTuple):
    """A word that is no flag; `reason` is empty where it may be anything."""

    word: Word
    reason: str


def flags(component: str, words: Sequence[Word]) -> Iterator[Flag | Stray]:
    """Flags of a command line, in order, with the words that are none."""
    dashes = 1 if component == "etcd" else 2
    at = 0
    switch = ""
    while at < len(words):
        word = words[at]
        at += 1
        text = word.text
        if text == "--":
            return
        if not text.startswith("-" * dashes) or len(text) == dashes:
            if not text.startswith("-"):
                # A boolean takes no second word: `--profiling false` leaves profiling on.
                reason = f"is not read: --{switch} takes its value after an equals sign" if switch else ""
                yield Stray(word, reason)
            switch = ""
            continue
        body = len(text) - len(text.lstrip("-")) if dashes == 1 else 2
        name, equals, _ = text[body:].partition("=")
        canonical = canonical_name(component, name)
        if equals:
            switch = ""
            yield Flag(canonical, name, body + len(name) + 1, word)
            continue
        switch = name if is_boolean(component, canonical) else ""
        if switch or at >= len(words) or words[at].text.startswith("--"):
            yield Flag(canonical, name, 0, word)
        else:
            yield Flag(canonical, name, 0, word, words[at], " ")
            at += 1


def canonical_name(component: str, name: str) -> str:
    """The name in the table: old spellings joined; in Kubernetes an underscore is a dash."""
    if component != "etcd":
        name = name.replace("_", "-")
    return spellings(component).get(name, name)


def is_boolean(component: str, name: str) -> bool:
    """Whether the flag takes no second word."""
    known = settings(component).get(name)
    return known.type == "bool" if known is not None else name in _BARE


def assignments(component: str, words: Sequence[Word]) -> Iterator[Flag]:
    """`flag[=value]` items without dashes (k3s, RKE2, minikube), leading dashes allowed."""
    for word in words:
        start = len(word.text) - len(word.text.lstrip("-"))
        name, equals, _ = word.text[start:].partition("=")
        joint = "="
        if equals and name[-1:] in "+-":
            joint = f"{name[-1]}="
            name = name[:-1]
        at = start + len(name) + len(joint)
        yield Flag(canonical_name(component, name), name, at if equals else 0, word, None, joint)
