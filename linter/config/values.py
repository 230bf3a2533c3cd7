"""Types of configuration values: each reads one located node, says what is wrong with it, and describes itself.

A type never guesses: what it does not understand is a problem at the place of the value, and no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.nodes import Mapping as MappingNode
from hullmark.linter.yaml.nodes import Node, Scalar, Sequence

_DATE = regex(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_VERSION = regex(r"v?(\d{1,2})\.(\d{1,3})(\.\d+)?([-+].*)?")
_BOOL = frozenset({"yes", "no", "off"})


class ConfigProblem(NamedTuple):
    """One thing that is wrong with a configuration file, and where."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class Reader:
    """Collects what is wrong while one file is read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[ConfigProblem] = []

    def refuse(self, span: Span, message: str) -> None:
        """Notes that the text at `span` cannot be used."""
        region = self.source.region(span)
        self.problems.append(ConfigProblem(self.source.path, region.line, region.column, message))


class Value:
    """One type of value. `expected` completes the sentence "must be ..."."""

    expected = ""

    def read(self, node: Node, name: str, reader: Reader) -> object | None:
        """The Python value of `node`, or None after a problem was noted."""
        value = self.value(node) if isinstance(node, Scalar) else None
        if value is None:
            self.refuse(node, name, reader)
        return value

    def value(self, scalar: Scalar) -> object | None:
        """The Python value of a scalar of this type, None where it is of another."""
        raise NotImplementedError

    def hint(self, _node: Node) -> str:
        """What may have been meant, as the end of a sentence."""
        return ""

    def refuse(self, node: Node, name: str, reader: Reader) -> None:
        """Notes that `node` is not of this type."""
        reader.refuse(node.span, f"{name!r} must be {self.expected}, not {shown(node)}{self.hint(node)}")

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        raise NotImplementedError


class Switch(Value):
    """True or false."""

    expected = "true or false"

    def value(self, scalar: Scalar) -> bool | None:
        """The boolean."""
        return scalar.resolved if isinstance(scalar.resolved, bool) else None

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        return {"type": "boolean"}


class Number(Value):
    """A whole number within bounds."""

    def __init__(self, minimum: int = 0, maximum: int | None = None) -> None:
        self.minimum = minimum
        self.maximum = maximum
        until = "" if maximum is None else f" and at most {maximum}"
        self.expected = f"a whole number of at least {minimum}{until}"

    def value(self, scalar: Scalar) -> int | None:
        """The number."""
        number = scalar.resolved
        if isinstance(number, bool) or not isinstance(number, int) or number < self.minimum:
            return None
        return None if self.maximum is not None and number > self.maximum else number

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        bound = {} if self.maximum is None else {"maximum": self.maximum}
        return {"type": "integer", "minimum": self.minimum, **bound}


class Text(Value):
    """A text that is not empty."""

    def __init__(self, expected: str = "a text") -> None:
        self.expected = expected

    def value(self, scalar: Scalar) -> str | None:
        """The text; a plain number or date is taken as it is written."""
        return None if scalar.resolved is None or isinstance(scalar.resolved, bool) else scalar.value or None

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        return {"type": "string", "minLength": 1}


class Choice(Value):
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.expected = "one of " + ", ".join(words)

    def value(self, scalar: Scalar) -> str | None:
        """The word as written: `no` is a word here, although YAML 1.1 reads a boolean."""
        return scalar.value if scalar.value in self.words else None

    def hint(self, node: Node) -> str:
        """The word that may have been meant."""
        return meant(node.value, self.words) if isinstance(node, Scalar) else ""

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema; validators that read YAML see `no` as a boolean."""
        return {"enum": [*self.words, *({"yes": True, "no": False, "off": False}[w] for w in self.words if w in _BOOL)]}


class Date(Value):
    """A calendar day, or one of a few words instead."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.expected = " or ".join(("a date such as 2027-01-31", *words))

    def value(self, scalar: Scalar) -> str | None:
        """The date as written."""
        return scalar.value if scalar.value in self.words or is_date(scalar.value) else None

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        date: dict[str, object] = {"type": "string", "pattern": f"^{_DATE.pattern}$"}
        return {"anyOf": [date, Choice(*self.words).schema()]} if self.words else date


class Version(Value):
    """A Kubernetes version, of which the minor counts."""

    expected = "a Kubernetes version such as 1.34"

    def value(self, scalar: Scalar) -> tuple[int, int] | None:
        """The minor. The text counts, not the number: 1.30 is not 1.3."""
        return minor_of(scalar.value)

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        return {"type": ["string", "number"]}


class StandardVersion(Value):
    """A version of the Pod Security Standards."""

    expected = "a version such as v1.34, or latest"

    def value(self, scalar: Scalar) -> str | None:
        """The version as labels of namespaces write it."""
        if scalar.value == "latest":
            return scalar.value
        minor = minor_of(scalar.value)
        return None if minor is None else f"v{minor[0]}.{minor[1]}"

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        return {"type": ["string", "number"]}


class Texts(Value):
    """A list of values of one type; a single one may stand alone."""

    def __init__(self, of: Value | None = None, plural: str = "texts") -> None:
        self.of = of if of is not None else Text()
        self.expected = f"a list of {plural}"

    def read(self, node: Node, name: str, reader: Reader) -> tuple[str, ...] | None:
        """The items; an item that is wrong is left out after its problem was noted."""
        if is_nothing(node):
            return ()
        if isinstance(node, Scalar):
            items: tuple[Node, ...] = (node,)
        elif isinstance(node, Sequence):
            items = node.items
        else:
            self.refuse(node, name, reader)
            return None
        found = (self.of.read(item, name, reader) for item in items)
        return tuple(str(item) for item in found if item is not None)

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        item = self.of.schema()
        return {"anyOf": [{"type": "array", "items": item}, item]}


class Record(NamedTuple):
    """A mapping that was read: values and their places by key, and the place of the first key."""

    values: Mapping[str, object]
    spans: Mapping[str, Span]
    span: Span

    def text(self, key: str) -> str:
        """The text under `key`, empty where there is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts under `key`."""
        value = self.values.get(key)
        return value if isinstance(value, tuple) else ()


class Table(Value):
    """A mapping with known keys; one of `needed` has to be there, and each of `required`."""

    expected = "a mapping"

    def __init__(self, keys: Mapping[str, Value], *needed: str, required: tuple[str, ...] = ()) -> None:
        self.keys = keys
        self.needed = needed
        self.required = required

    def read(self, node: Node, name: str, reader: Reader) -> Record | None:
        """The known keys with their values."""
        if not isinstance(node, MappingNode):
            self.refuse(node, name, reader)
            return None
        values: dict[str, object] = {}
        spans: dict[str, Span] = {}
        for _, again in node.duplicates:
            reader.refuse(again.key.span, f"key {again.name!r} is written twice")
        for entry in node.entries:
            kind = self.keys.get(entry.name)
            if kind is None:
                reader.refuse(entry.key.span, f"unknown key {entry.name!r} in {name!r}{meant(entry.name, self.keys)}")
            else:
                spans[entry.name] = entry.value.span
                value = kind.read(entry.value, entry.name, reader)
                if value is not None:
                    values[entry.name] = value
        span = node.entries[0].key.span if node.entries else node.span
        if self.needed and not any(key in spans for key in self.needed):
            reader.refuse(span, f"{name!r} needs {' or '.join(map(repr, self.needed))}")
        for key in self.required:
            if key not in spans:
                reader.refuse(span, f"{name!r} needs {key!r}")
        return Record(values, spans, span)

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        keys = {name: kind.schema() for name, kind in self.keys.items()}
        required: dict[str, object] = {"required": list(self.required)} if self.required else {}
        return {"type": "object", "additionalProperties": False, "properties": keys, **required}


class Tables(Value):
    """A list of mappings with known keys."""

    expected = "a list of mappings"

    def __init__(self, of: Table) -> None:
        self.of = of

    def read(self, node: Node, name: str, reader: Reader) -> tuple[Record, ...] | None:
        """The entries that could be read."""
        if is_nothing(node):
            return ()
        if not isinstance(node, Sequence):
            self.refuse(node, name, reader)
            return None
        found = (self.of.read(item, name, reader) for item in node.items)
        return tuple(item for item in found if item is not None)

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        return {"type": "array", "items": self.of.schema()}


def is_nothing(node: Node) -> bool:
    """Whether a key was written without a value."""
    return isinstance(node, Scalar) and node.resolved is None


def is_date(text: str) -> bool:
    """Whether `text` is a day of the calendar in ISO form."""
    if not _DATE.fullmatch(text):
        return False
    year, month, day = (int(part) for part in text.split("-"))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return 1 <= day <= days


def minor_of(text: str) -> tuple[int, int] | None:
    """The Kubernetes minor that `1.34`, `v1.34.2` or `1.34.2-gke.100` names."""
    match = _VERSION.fullmatch(text.strip())
    return None if match is None else (int(match[1]), int(match[2]))


def meant(name: str, names: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the one of `names` that is closest to a misspelt one, else nothing."""
    import difflib  # only where somebody made a mistake

    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def shown(node: Node) -> str:
    """What is written, for a message: short, and without control characters."""
    match node:
        case Scalar():
            return repr(node.value[:40]) if node.value else "nothing"
        case Sequence():
            return "a list"
        case _:
            return "a mapping"
