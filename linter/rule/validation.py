"""What a set of rules owes its readers, judged as a whole: every fault as one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.mentions import QUOTED
from hullmark.linter.patterns import regex
from hullmark.linter.rule.controls import complaint
from hullmark.linter.rule.documentation import Scope, scope_of
from hullmark.linter.rule.modules import dashed
from hullmark.linter.rule.rule import CHECKS, Row, Rule, rule_id

TITLE = 60
# Names that are written so even where a sentence begins.
_LOWER = frozenset(("etcd", "kubelet", "kubeadm", "kubeconfig", "kubectl", "containerd", "system", "sudo"))
_ID = regex(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*")
# Ids say what is wrong, not what ought to be (as in "allow privileged-container").
_OPTION = regex(r"[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)*")
# A blank may be a line break, a quote may be doubled, and shells take quotes out between these.
_WORD = regex(r"[^\s'\"\\]{2,}")
_SHELL_WORD = regex(r"(?:[\w+/-]|:/){2,}")
_ADVICE = regex(r"/(?:should|must|use|avoid|ensure|best)-")


def validate(rules: Iterable[Rule[Any]]) -> list[str]:
    """Every fault of these rules, sorted; empty when they may be shipped."""
    rules = list(rules)
    found = [f"{rule.id}: {fault}" for rule in rules for fault in faults(rule)]
    return sorted({*found, *_clashes(rules), *_option_clashes(rules)})


def faults(rule: Rule[Any]) -> Iterator[str]:
    """What is wrong with one rule by itself."""
    yield from _identity(rule)
    yield from _subject(rule)
    yield from _prose(rule)
    yield from _metadata(rule)
    yield from _examples(rule)


def _identity(rule: Rule[Any]) -> Iterator[str]:
    if not _ID.fullmatch(rule.id):
        yield "an id is family/bad-pattern, in lower case with dashes"
        return
    if _ADVICE.search(rule.id):
        yield "an id names the bad pattern, not the advice"
    if not rule.module.startswith(f"{CHECKS}."):
        return
    if isinstance(rule, Row):
        return
    path = rule_id(rule.module)
    if rule.id != path:
        yield f"the id is not the path of its module, {path}"
    name = dashed(type(rule).__name__).replace("-", "")
    if name != path.rpartition("/")[2].replace("-", ""):
        yield f"class {type(rule).__name__} is not called like its module"


def _subject(rule: Rule[Any]) -> Iterator[str]:
    try:
        subject = rule.subject
    except TypeError as error:
        yield str(error)
        return
    if scope_of(subject) is Scope.RUN and not getattr(subject, "made_by_engine", False):
        yield (
            f"nothing finds its subject: {subject.__name__} has neither of(resource) nor among(bundle), "
            "and does not say made_by_engine = True"
        )
    elif scope_of(subject) is Scope.RESOURCE and not hasattr(subject, "kinds"):
        yield f"{subject.__name__} does not say in which kinds it occurs"
    if rule.mentions:
        yield from _mentions(rule, scope_of(subject))


def _mentions(rule: Rule[Any], scope: Scope) -> Iterator[str]:
    words = [word for word in rule.mentions if word != QUOTED]
    if scope is Scope.RUN:
        yield "only rules about what lies in files say words that one of them has to mention"
    wanted = _SHELL_WORD if QUOTED in rule.mentions else _WORD
    for word in words:
        if not wanted.fullmatch(word):
            yield f"{word!r} may be spelt otherwise in a file that mentions it"


def _prose(rule: Rule[Any]) -> Iterator[str]:
    title = rule.title
    if not title:
        yield "it has no docstring"
        return
    if "\n" in title or len(title) > TITLE:
        yield f"the title is longer than {TITLE} characters: {title!r}"
    if not title.endswith(".") or title.endswith(".."):
        yield f"the title is no sentence with one full stop: {title!r}"
    first = title.split()[0]
    if first.isalpha() and first.islower() and first not in _LOWER:
        yield f"the title does not begin with a capital: {title!r}"
    if len(rule.paragraphs) < 3:
        yield "the docstring has three parts: the fact, what an attacker gains, what to type instead"
        return
    for part, text in (("reason", rule.why), ("remedy", rule.remedy)):
        if not text.endswith((".", "`", ":", "?", ")")):
            yield f"the {part} does not end like a sentence"


def _metadata(rule: Rule[Any]) -> Iterator[str]:
    for name, kind in (("severity", Severity), ("confidence", Confidence), ("profile", Profile)):
        if not isinstance(getattr(rule, name), kind):
            yield f"{name} is no {kind.__name__}"
    # Medium is a decision like any other: a class that does not state it has not taken it.
    if not isinstance(rule, Row) and not any("severity" in vars(c) for c in type(rule).__mro__[: _own_depth(rule)]):
        yield "it does not state its severity"
    written: object = rule.controls
    if not isinstance(written, tuple):
        yield "controls is no tuple: a comma is missing"
        return
    for name, count in Counter(rule.controls).items():
        if fault := complaint(name):
            yield fault
        if count > 1:
            yield f"control {name!r} is named twice"


def _own_depth(rule: Rule[Any]) -> int:
    return type(rule).__mro__.index(Rule)


def _examples(rule: Rule[Any]) -> Iterator[str]:
    if not rule.bad:
        yield "it has no bad example"
    if not rule.good:
        yield "it has no good example"
    for number, example in enumerate(rule.bad, start=1):
        if not example.expected:
            yield f"bad example {number} marks no line"
        if example.fixed is not None and example.fixed == example.clean:
            yield f"the fix of bad example {number} changes nothing"
    for number, example in enumerate(rule.good, start=1):
        if example.expected:
            yield f"good example {number} marks a line"
        if example.fixed is not None:
            yield f"good example {number} has a fix"
    texts = Counter((example.earlier, *example.files.items(), *example.options) for example in (*rule.bad, *rule.good))
    if any(count > 1 for count in texts.values()):
        yield "two of its examples are the same"


def _clashes(rules: list[Rule[Any]]) -> Iterator[str]:
    ids = Counter(rule.id for rule in rules)
    titles: dict[str, list[str]] = {}
    for rule in rules:
        titles.setdefault(rule.title, []).append(rule.id)
    for name, count in ids.items():
        if count > 1:
            yield f"{name}: {count} rules have this id"
    for title, names in titles.items():
        if title and len(set(names)) > 1:
            yield f"{min(names)}: has the title of {', '.join(sorted(set(names) - {min(names)}))}: {title!r}"
    for rule in rules:
        for old in rule.formerly:
            if old in ids:
                yield f"{rule.id}: its former id {old} is taken"
            elif not _ID.fullmatch(old):
                yield f"{rule.id}: its former id {old!r} was none"


def _option_clashes(rules: list[Rule[Any]]) -> Iterator[str]:
    found: dict[str, tuple[object, str]] = {}
    for rule in rules:
        for option in rule.options:
            key = option.full_key(rule.id)
            if not _OPTION.fullmatch(option.key) or option.key in ("enabled", "severity"):
                yield f"{rule.id}: {option.key!r} is no name for an option"
            default, owner = found.setdefault(key, (option.default, rule.id))
            if default != option.default:
                yield f"{rule.id}: option {key} has another default in {owner}"
