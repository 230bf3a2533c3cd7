"""The one class that a rule author subclasses, and its twin for rules that are rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Generic, TypeVar, get_args, get_origin

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.place import Placed
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.hit import Because, Hit, Offer

S = TypeVar("S")

CHECKS = "hullmark.checks"


class Option(NamedTuple):
    """A configuration key that a rule reads from its subject's context.

    `key` is dotted (`exposure.max-public-prefix`), or a name of the rule's own without a dot
    (`minimum`, written as `rules.<id>.minimum`). `default` says the type: bool, int, str, or a
    tuple of str.
    """

    key: str
    default: bool | int | str | tuple[str, ...]
    help: str

    @property
    def shown_default(self) -> str:
        """The default as `hullmark.yaml` would write it."""
        match self.default:
            case bool():
                return "true" if self.default else "false"
            case tuple():
                return f"[{', '.join(self.default)}]"
            case str():
                return self.default or '""'
            case _:
                return str(self.default)

    def full_key(self, owner: str) -> str:
        """The dotted name under which the configuration holds it, `owner` being the rule's id."""
        return self.key if "." in self.key else f"rules.{owner}.{self.key}"


class Needs(NamedTuple):
    """Kinds (API group and kind) of which one has to occur in a bundle for a rule about it to find anything.

    Hits of profiles above `up_to` do not need them.
    """

    kinds: frozenset[tuple[str, str]]
    up_to: Profile = Profile.OPT_IN


class Rule(Generic[S]):
    """A rule: documentation, metadata, examples and a check, in one place.

    The docstring is the documentation: a title that states the fact (one line, at most 60
    characters, full stop), paragraphs that say what an attacker gains, and a last paragraph that
    says what to type instead. The id is the module's path below `checks`; the subject is the type
    parameter; a rule is fixable when a bad example shows what the fix makes of it.

    Severity and confidence are those of the usual hit; `profile` is the smallest that any hit
    belongs to. `formerly` lists ids that the rule once had. `needs` says what else has to be in the
    bundle, so that a run need not import what cannot find anything. `mentions` are words of which
    one has to occur in the text of a file for the rule to find anything in its objects: names of
    fields and values as they are written, whatever stands around them. A rule that judges what is
    absent, or what comes from elsewhere than the file's own text, has none. `by_text`: what it finds depends on
    nothing but what all subjects with one `fine` have in common.

    Rules are stateless: one instance judges many subjects, in any order, in many processes.
    """

    # Not ClassVar: a rule states them for its class, a row for itself.
    severity: Severity = Severity.MEDIUM
    confidence: Confidence = Confidence.HIGH
    profile: Profile = Profile.DEFAULT
    controls: tuple[str, ...] = ()
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()
    options: tuple[Option, ...] = ()
    formerly: tuple[str, ...] = ()
    needs: Needs | None = None
    mentions: tuple[str, ...] = ()
    by_text: bool = False

    def check(self, subject: S) -> Iterable[Hit]:
        """Every offence of `subject`."""
        raise NotImplementedError

    def hit(
        self,
        thing: Placed,
        message: str,
        *why: Because,
        fix: Offer = None,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        profile: Profile | None = None,
        subject_name: str = "",
        flow: bool = False,
    ) -> Hit:
        """A hit at `thing`, the smallest text that, if changed, would silence the finding."""
        return Hit(thing.place, message, why, fix, severity, confidence, profile, subject_name, flow)

    def number(self, context: Context, key: str) -> int:
        """The integer under one of this rule's `options`, or its default."""
        option = self._option(key)
        return context.number(option.full_key(self.id), option.default if isinstance(option.default, int) else 0)

    def switch(self, context: Context, key: str) -> bool:
        """The boolean under one of this rule's `options`, or its default."""
        option = self._option(key)
        return context.switch(option.full_key(self.id), option.default is True)

    def texts(self, context: Context, key: str) -> tuple[str, ...]:
        """The strings under one of this rule's `options`, or its default."""
        option = self._option(key)
        found = context.texts(option.full_key(self.id))
        if found or not isinstance(option.default, tuple):
            return found
        return option.default

    def _option(self, key: str) -> Option:
        for option in self.options:
            if option.key == key:
                return option
        raise LookupError(f"{self.id} does not declare the option {key!r}")

    @cached_property
    def id(self) -> str:
        """`family/bad-pattern`, from the module's path."""
        return rule_id(self.module)

    @property
    def module(self) -> str:
        """Name of the module that defines the rule."""
        return type(self).__module__

    @property
    def family(self) -> str:
        """First part of the id."""
        return self.id.partition("/")[0]

    @cached_property
    def subject(self) -> type[Any]:
        """The type that `check` takes."""
        for ancestor in type(self).__mro__:
            for parent in ancestor.__dict__.get("__orig_bases__", ()):
                if not _is_rule(get_origin(parent)):
                    continue
                for argument in get_args(parent):
                    if isinstance(argument, type):
                        return argument
        raise TypeError(f"{type(self).__qualname__} does not say what it judges: write Rule[Subject]")

    @property
    def documentation(self) -> str:
        """Title, why and remedy as one text."""
        return type(self).__doc__ or ""

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """Parts of the documentation, as they are separated by empty lines."""
        from inspect import cleandoc  # 4 ms, for whoever explains a rule

        text = cleandoc(self.documentation)
        return tuple(part.strip() for part in text.split("\n\n") if part.strip())

    @property
    def title(self) -> str:
        """The fact, in one line."""
        return self.paragraphs[0] if self.paragraphs else ""

    @property
    def why(self) -> str:
        """What an attacker gains; paragraphs are separated by empty lines."""
        return "\n\n".join(self.paragraphs[1:-1])

    @property
    def remedy(self) -> str:
        """What to type instead."""
        return self.paragraphs[-1] if len(self.paragraphs) > 1 else ""

    @property
    def fixable(self) -> bool:
        """Whether a bad example shows a fix."""
        return any(example.fixed is not None for example in self.bad)


class Row(Rule[S]):
    """A rule that differs from its neighbours only in data: one record of a table module.

    The table module keeps its rows in `RULES`; ids are `family/name` with the module's folder as
    the family. `documentation` has the same three parts as a rule's docstring.
    """

    def __init__(
        self,
        rule_id: str,
        subject: type[S],
        documentation: str,
        judge: Callable[[Rule[S], S], Iterable[Hit]],
        *,
        severity: Severity,
        confidence: Confidence = Confidence.HIGH,
        profile: Profile = Profile.DEFAULT,
        controls: tuple[str, ...] = (),
        bad: tuple[Example, ...] = (),
        good: tuple[Example, ...] = (),
        options: tuple[Option, ...] = (),
        formerly: tuple[str, ...] = (),
        needs: Needs | None = None,
        mentions: tuple[str, ...] = (),
    ) -> None:
        self.id = rule_id
        self.subject = subject
        self.severity = severity
        self.confidence = confidence
        self.profile = profile
        self.controls = controls
        # A row that makes its examples when they are read gives none.
        if bad or good:
            self.bad = bad
            self.good = good
        self.options = options
        self.formerly = formerly
        self.needs = needs
        self.mentions = mentions
        self._documentation = documentation
        self._judge = judge

    @property
    def documentation(self) -> str:
        """Title, why and remedy as one text."""
        return self._documentation

    def check(self, subject: S) -> Iterator[Hit]:
        """Every offence of `subject`, as the row's judge finds them."""
        return iter(self._judge(self, subject))


def rule_id(module: str) -> str:
    """The id of the rule that the module of this name holds."""
    return module.removeprefix(f"{CHECKS}.").replace(".", "/").replace("_", "-")


def _is_rule(origin: object) -> bool:
    return isinstance(origin, type) and issubclass(origin, Rule)
