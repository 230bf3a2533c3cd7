"""Occurrences of settings from the shapes they are written in: argv words, maps, lists, typed fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from hullmark.linter.manifest.components import argv, catalogue
from hullmark.linter.manifest.components.catalogue import Known, settings
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.values import Typed, templated
from hullmark.linter.manifest.components.word import ListedWords, Word, is_null, scalar_marks, scalar_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.text import Span
from hullmark.linter.yaml.nodes import Mapping as Mapping_
from hullmark.linter.yaml.nodes import Node, Scalar
from hullmark.linter.yaml.nodes import Sequence as Sequence_

_RESOLVED = {"bool": bool, "int": int}
_PLAIN = frozenset({"true", "false", "0"})
Written = tuple[str, Occurrence]
"""Canonical name and one occurrence."""


def from_argv(component: str, words: Sequence[Word]) -> tuple[list[Written], list[tuple[Word, str]]]:
    """Settings of a command line, and the words that are no flags with the reason."""
    line = argv.line(component, [word.text for word in words])
    return [flag(each, words) for each in line.flags], [(words[at], reason) for at, reason in line.strays]


def flag(read: argv.Flag, words: Sequence[Word] | ListedWords) -> Written:
    """A flag of a command line."""
    head, at, second = read
    return head.brief[0], _of_flag(head, words[at], words[second] if second >= 0 else None)


def from_assignments(component: str, words: Sequence[Word]) -> list[Written]:
    """Settings of `flag=value` items."""
    heads = argv.assignments(component, [word.text for word in words])
    return [(each.brief[0], _of_flag(each, word)) for each, word in zip(heads, words, strict=True)]


def _of_flag(head: argv.Head, word: Word, second: Word | None = None) -> Occurrence:
    label = f"--{head.spelled}"
    item = word.labelled(label)
    if second is not None:
        shown = second.labelled(label)
        return Occurrence((shown,), item, label, Carrier.FLAG, shown, joint=" ")
    words = (item.part(head.start, len(item.text)),) if head.start else ()
    return Occurrence(words, item, label, Carrier.FLAG, joint=head.brief[2])


def extra_args(component: str, cursor: Cursor) -> Iterator[Written]:
    """kubeadm's `extraArgs`: a map up to v1beta3, a list of name and value from v1beta4 on; both read here.

    kubeadm sorts a list by name and value before it writes the command line, so the value that
    sorts last wins whatever the order in the file.
    """
    if cursor.absent:
        return
    for name, value in cursor.entries():
        yield _extra_arg(component, name, value)
    listed = sorted(_listed(cursor), key=_by_name)
    yield from (_argument(component, name, word) for name, word in listed if name)


def _by_name(pair: tuple[str, Word]) -> tuple[str, str]:
    return pair[0], pair[1].text


def _listed(cursor: Cursor) -> Iterator[tuple[str, Word]]:
    """Names and values of a list of arguments; most have scalars for both, and no cursors are made for those."""
    node = cursor.node
    if not isinstance(node, Sequence_):
        return
    for index, item in enumerate(node.items):
        name, value = (item.get("name"), item.get("value")) if type(item) is Mapping_ else (None, None)
        if type(name) is type(value) is Scalar and not is_null(name) and not is_null(value):
            label = f"[{name.value}]" if name.value else f"[#{index}]"
            yield name.value, _scalar((*cursor.path, label, "value"), value, cursor)
        else:
            at = next(islice(cursor.items(), index, None))
            yield at.get("name").text or "", value_word(at.get("value"))


def _scalar(path: tuple[str, ...], value: Scalar, near: Cursor) -> Word:
    source, span, text = near.source, value.span, value.value
    return Word(text, source, span, scalar_marks(source.text, span, text), path, near.owner)


def _extra_arg(component: str, name: str, value: Cursor) -> Written:
    return _argument(component, name, value_word(value))


def _argument(component: str, name: str, word: Word) -> Written:
    canonical = argv.canonical_name(component, name.lstrip("-"))
    return canonical, Occurrence((word,), word, name, Carrier.FLAG, joint=":")


def value_word(cursor: Cursor) -> Word:
    """The scalar at `cursor`; an empty text at the key where there is none."""
    word = scalar_word(cursor)
    if word is not None:
        return word
    return Word("", cursor.source, cursor.span, (), cursor.path, cursor.owner)


def field(component: str, name: str, cursor: Cursor, carrier: Carrier = Carrier.FIELD) -> Iterator[Written]:
    """A typed field: a scalar, a list of scalars, or a map (`k=v` members at the place of the value)."""
    if cursor.absent:
        return
    spelled = cursor.path[-1] if cursor.path else name
    known = settings(component).get(name)
    word = scalar_word(cursor)
    if word is not None:
        split, forced = known is not None and known.many, None
        if known is not None and cursor.node is not None:
            forced = _resolved(word.text, known, cursor.node)
        yield name, Occurrence((word,), word, spelled, carrier, split=split, forced=forced)
        return
    whole = Word("", cursor.source, cursor.span, (), cursor.path, cursor.owner)
    if cursor.is_mapping:
        members = [_member(key, value) for key, value in cursor.entries()]
    else:
        members = [word for item in cursor.items() if (word := scalar_word(item)) is not None]
    yield name, Occurrence(tuple(members), whole, spelled, carrier, split=False)


def _member(key: str, value: Cursor) -> Word:
    word = value_word(value)
    return word.renamed(f"{key}={word.text}")


def fields(component: str, root: Cursor, form: str) -> list[Written]:
    """Every typed field below `root` that is a setting of the component; `form` is a column of aliases."""
    known = settings(component)
    found: list[Written] = []
    waiting = [(root, catalogue.tree(component, form))]
    while waiting:
        here, tree = waiting.pop()
        node = here.node
        if not isinstance(node, Mapping_):
            continue
        for key, (names, below) in tree.items():
            entry = node.entry(key)
            if entry is None:
                continue
            word = _field_word(here, key, entry.value)
            if word is not None:
                for name in names:
                    found.append((name, _of_field(word, key, known[name], entry.value)))
                if below and templated(word.text):
                    # A template writes the whole block: nothing in it is known.
                    found += [(name, Occurrence((word,), word, key, Carrier.FIELD)) for name in catalogue.names(below)]
                continue
            at = here.get(key)
            for name in names:
                found.extend(field(component, name, at))
            if below:
                waiting.append((at, below))
    return found


def field_at(component: str, name: str, root: Cursor, path: Sequence[str]) -> list[Occurrence]:
    """One of `fields`, by its path."""
    here = root
    for depth, key in enumerate(path):
        entry = here.node.entry(key) if isinstance(here.node, Mapping_) else None
        if entry is None:
            return []
        last = depth == len(path) - 1
        word = _field_word(here, key, entry.value)
        if word is not None and last:
            return [_of_field(word, key, settings(component)[name], entry.value)]
        if word is not None:
            return [Occurrence((word,), word, key, Carrier.FIELD)] if templated(word.text) else []
        here = here.get(key)
    return [occurrence for _, occurrence in field(component, name, here)]


def _of_field(word: Word, key: str, known: Known, value: Node) -> Occurrence:
    forced = _resolved(word.text, known, value)
    return Occurrence((word,), word, key, Carrier.FIELD, split=known.many, forced=forced)


def _resolved(text: str, known: Known, value: Node) -> Typed:
    """A boolean or an integer that YAML 1.1 spells as Go's flags do not; None where the text says all."""
    if known.type not in _RESOLVED or text in _PLAIN or not isinstance(value, Scalar) or value.style:
        return None
    resolved: Typed = value.resolved
    return resolved if type(resolved) is _RESOLVED[known.type] else None


def _field_word(here: Cursor, key: str, value: Node) -> Word | None:
    """The scalar of a field, made without a cursor; None for what is no scalar, or null."""
    return None if type(value) is not Scalar or is_null(value) else _scalar((*here.path, key), value, here)


def deepest(root: Cursor, paths: Mapping[str, tuple[str, ...]], kind: Place) -> Callable[[str], Place]:
    """Where a missing field points: the deepest key of its path that is written, else `kind`."""

    def parent(name: str) -> Place:
        missing = root.get(*paths.get(name, ()))
        return (
            missing.place if missing.anchor != root.anchor else Place(kind.source, kind.span, missing.path, kind.owner)
        )

    return parent


def always(place: Place) -> Callable[[str], Place]:
    """One place for every missing setting, told apart by the name."""
    return partial(of_flag, place)


def of_flag(place: Place, name: str) -> Place:
    """The place of a missing flag."""
    return Place(place.source, place.span, (*place.path, f"--{name}"), place.owner)


def words(cursors: Iterable[Cursor]) -> list[Word]:
    """Scalars of a list as words; items that are no scalars are left out."""
    return [word for cursor in cursors if (word := scalar_word(cursor)) is not None]


def point(cursor: Cursor) -> Span:
    """The value of `kind`, else the start of the document: where whatever has no better place points."""
    kind = cursor.get("kind")
    return kind.span if kind.present else cursor.span


def unknown(cursor: Cursor) -> Occurrence:
    """A setting that a template still has to decide, itself or with what holds it."""
    text = cursor.text or cursor.instead
    word = value_word(cursor).renamed(text)
    return Occurrence((word,), word, cursor.path[-1], Carrier.VARIABLE, word)


def open_arguments(arguments: Cursor) -> bool:
    """Whether a template may write any argument: all of them, an item, or a name."""
    if templated(arguments.text or arguments.instead):
        return True
    names = [name for name, _ in arguments.entries()]
    names += [item.text or item.get("name").text or "" for item in arguments.items()]
    return any(map(templated, names))


def meant(cursor: Cursor, value: Typed) -> Occurrence:
    """A switch or block that stands for `value`, None for unset, at the place of the switch."""
    word = value_word(cursor)
    if value is None:
        return Occurrence((word.renamed(""),), word, cursor.path[-1], Carrier.VARIABLE, word)
    members = value if isinstance(value, tuple) else (value,)
    said: tuple[Word, ...] = tuple(word.renamed(str(member)) for member in members)
    return Occurrence(said, word, cursor.path[-1], Carrier.VARIABLE, word, split=False, forced=value)
