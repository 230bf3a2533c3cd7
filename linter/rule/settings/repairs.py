"""Fixes of settings: write the safe value, remove the setting, or drop a member, at the place of the finding."""

from __future__ import annotations

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.patterns import regex
from hullmark.linter.rule.hit import Fix
from hullmark.linter.rule.settings import lines
from hullmark.linter.rule.settings.judgement import Offence
from hullmark.linter.rule.settings.plan import Repair
from hullmark.linter.text import Edit, Source, Span

_HOST = regex(r"http://(\[[^\]]*\]|[^:/\[\]]*)")


def repair(how: Repair, safe: str, component: Component, offence: Offence) -> Fix | None:
    """The fix of an offence; None where it is not one small edit of the text."""
    setting = component.explicit(offence.name)
    if how is Repair.SET and not offence.explicit and setting is None:
        added = component.added(offence.name, safe)
        return None if added is None else Fix(f"set {offence.name} to {safe}", (added,))
    if how is Repair.NONE or setting is None or not offence.explicit:
        return None
    occurrence = setting.winner
    if len(setting.occurrences) > 1:
        return None
    match how:
        case Repair.SET:
            edit = _set(occurrence, safe)
        case Repair.ADD:
            edit = _add(occurrence, safe)
        case Repair.DROP:
            edit = _drop(occurrence, offence.word)
        case Repair.REMOVE if setting.known.many:
            edit = _drop(occurrence, offence.word)
        case Repair.REMOVE:
            edit = lines.removed(occurrence.item, occurrence.spelled)
        case Repair.LOOPBACK:
            edit = _loopback(occurrence, offence.word)
    if edit is None:
        return None
    source, change = edit
    if how is Repair.REMOVE:
        return Fix(f"remove {setting.name}", ((source, change),))
    if how is Repair.LOOPBACK:
        return Fix("listen on this machine only", ((source, change),))
    verb = {Repair.SET: "set it to", Repair.ADD: "add", Repair.DROP: "remove"}[how]
    what = offence.word.text if how is Repair.DROP and offence.word is not None else safe
    return Fix(f"{verb} {what}", ((source, change),))


def _set(occurrence: Occurrence, safe: str) -> tuple[Source, Edit] | None:
    if occurrence.bare:
        item = occurrence.item
        return (item.source, Edit(Span(item.whole.end, item.whole.end), f"={safe}")) if _plain(item) else None
    if len(occurrence.words) != 1:
        return None
    word = occurrence.words[0]
    return (word.source, Edit(_text_span(word), safe)) if word.marks and word.text else None


def _add(occurrence: Occurrence, safe: str) -> tuple[Source, Edit] | None:
    if occurrence.carrier is not Carrier.FLAG or len(occurrence.words) != 1:
        return None
    word = occurrence.words[0]
    if not word.marks or not word.text:
        return None
    end = _text_span(word).end
    return word.source, Edit(Span(end, end), f",{safe}")


def _loopback(occurrence: Occurrence, member: Word | None) -> tuple[Source, Edit] | None:
    """Another host in a URL, or the switch off that stands for one; not where a second URL may have the same port."""
    item = occurrence.item
    if occurrence.forced is not None:
        return (item.source, Edit(_text_span(item), "false")) if item.marks and item.text == "true" else None
    if member is None or not member.marks or "127.0.0.1" in occurrence.text or occurrence.text.count("http://") > 1:
        return None
    host = _HOST.match(member.text)
    return None if host is None else (member.source, Edit(member.span(*host.span(1)), "127.0.0.1"))


def _drop(occurrence: Occurrence, member: Word | None) -> tuple[Source, Edit] | None:
    """Removes one member: out of a text with one comma, a list or map with its line, the last one with its setting."""
    if member is None:
        return None
    if not occurrence.split:
        return lines.removed(member, member.text.partition("=")[0])
    if len(occurrence.words) != 1 or not member.marks:
        return None
    if occurrence.words[0].text.strip() == member.text:
        return lines.removed(occurrence.item, occurrence.spelled)
    whole = occurrence.words[0]
    span, outer = _text_span(member), _text_span(whole)
    text = whole.source.text
    if text[span.end : span.end + 1] == "," and span.end < outer.end:
        return whole.source, Edit(Span(span.start, span.end + 1), "")
    if text[span.start - 1 : span.start] == "," and span.start > outer.start:
        return whole.source, Edit(Span(span.start - 1, span.end), "")
    return None


def _plain(word: Word) -> bool:
    return word.source.text[word.whole.start : word.whole.end] == word.text


def _text_span(word: Word) -> Span:
    return word.span(0, len(word.text))
