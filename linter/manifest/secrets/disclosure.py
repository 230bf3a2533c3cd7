"""Secrets that a resource discloses, as findings would say it: which rule, where, how bad; never the value."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.commands import part_of
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.secrets.formats import LONGEST, Match, matches
from hullmark.linter.manifest.secrets.pairs import pairs
from hullmark.linter.manifest.secrets.words import Value, is_sensitive, judged, length_class, may_promise, words
from hullmark.linter.patterns import regex
from hullmark.linter.records import field, record, replace
from hullmark.linter.text import Source

_TESTS = frozenset({"test", "tests", "testdata", "e2e", "fixtures", "mocks", "examples", "example", "samples", "demo"})
_SERVER = regex(
    r"(?:.*_)?ROOT_PASSWORD|POSTGRES_PASSWORD|MYSQL_\w*PASSWORD|MARIADB_\w+|MONGO_INITDB_\w+|REDIS_PASSWORD"
    r"|RABBITMQ_DEFAULT_PASS|MINIO_ROOT_\w+|MINIO_SECRET_KEY|ADMIN_PASSWORD|adminPassword|rootPassword"
    r"|GF_SECURITY_ADMIN_PASSWORD|KEYCLOAK_ADMIN_PASSWORD|KC_BOOTSTRAP_ADMIN_PASSWORD|GRAFANA_\w+|SECRET_KEY|JWT_SECRET"
    r"|auth\.password|(?:postgres|mysql|mariadb|mongodb|redis|rabbitmq|minio)-?(?:root-?)?password"
)
_BESIDE = 400
"""Characters around a value in which a comment may speak of it."""
_YOURS = regex(
    r"(?i)#[^\n]{0,80}\b(?:(?:replace|change|insert|put|fill in)\b[^\n]{0,40}\b(?:your|this|me|it|own)\b"
    r"|your (?:own )?(?:\w+ ){0,2}(?:key|token|password|secret|credentials?)\b)"
)
_FEW, _MANY, _MOST = 100, 1 << 13, 256
"""Characters of texts that are remembered as a whole where nothing is disclosed in them, and how many texts are."""
_silent: set[tuple[str, str]] = set()
"""Names and texts under them, which alone decide whether something is disclosed: files recur in ConfigMaps."""
_BASE64 = regex(r"[A-Za-z0-9+/\s]+={0,2}\s*")


@record
class Found:
    """One disclosed secret. `value` stays inside: it tells equal ones apart and is never shown."""

    rule: str
    place: Place
    message: str
    severity: Severity
    confidence: Confidence = Confidence.MEDIUM
    profile: Profile = Profile.DEFAULT
    also: tuple[Place, ...] = ()
    verified: bool = False
    value: str = field(default="", repr=False)


@record
class Text:
    """A text to look at: where it stands, under which name, who holds it, and which rule speaks for its name.

    `decoded`: the text is not what is written at the place, so that parts of it have no place of their own.
    """

    cursor: Cursor
    text: str
    key: str
    holder: str
    rule: str
    decoded: bool = False
    severity: Severity = Severity.HIGH
    profile: Profile = Profile.DEFAULT

    def place(self, start: int = 0, end: int = -1) -> Place:
        """Place of a part of the text, or of all of it."""
        if self.decoded or (start == 0 and end in (-1, len(self.text))):
            return self.cursor.place
        return part_of(self.cursor, start, len(self.text) if end < 0 else end)


def disclosed(text: Text, today: str) -> Iterator[Found]:
    """Secrets of one text: known forms first, then what its names promise."""
    if not _FEW < len(text.text) <= _MANY:
        yield from _disclosed(text, today)
        return
    said = (text.key, text.text)
    if said in _silent:
        return
    found = list(_disclosed(text, today))
    if not found:
        if len(_silent) >= _MOST:
            _silent.clear()
        _silent.add(said)
    yield from found


def _disclosed(text: Text, today: str) -> Iterator[Found]:
    known = matches(text.text, text.key)
    for match in known:
        yield of_match(text, match, today)
    if not known and text.key:
        yield from _named(text, text.key, text.text, 0, len(text.text))
    several = "\n" in text.text or (text.text[:1] in "{[<" and len(text.text) > 8)
    if several and may_promise(text.text):
        for pair in pairs(text.text):
            if is_sensitive(pair.key) and not any(m.start < pair.end and pair.start < m.end for m in known):
                yield from _named(text, pair.key, pair.value, pair.start, pair.end)


def of_match(text: Text, match: Match, today: str) -> Found:
    """What a credential of a known form means where it stands."""
    form = match.format
    value = text.text[match.start : match.end]
    severity, profile = form.severity, Profile.DEFAULT
    rule = form.rule
    if match.claims is not None and "exp" in match.claims:
        severity = _by_expiry(match.claims["exp"], severity, today)
    if form.id == "htpasswd":
        rule, severity, profile = "secret/password-hash", Severity.LOW, Profile.STRICT
    # Whatever the value is, it is not said: form, holder and length are.
    message = f"{text.holder} holds {_article(form.title)} ({length_class(value)})"
    confidence = Confidence.MEDIUM if form.context else Confidence.HIGH
    place = text.place(match.start, match.end)
    return Found(rule, place, message, severity, confidence, profile, (), bool(form.verify), value)


def _article(title: str) -> str:
    return f"{'an' if title[:1].lower() in 'aeiou' and not title.startswith(('one', 'user')) else 'a'} {title}"


def _by_expiry(expiry: object, severity: Severity, today: str) -> Severity:
    """A token that has run out is worth little; one that runs for days is worth less than one that never ends."""
    if not isinstance(expiry, int | float) or today < "2000":
        return severity
    from datetime import UTC, datetime

    now = datetime.fromisoformat(today).replace(tzinfo=UTC).timestamp()
    if expiry < now:
        return Severity.LOW
    return min(severity, Severity.HIGH)


def _named(text: Text, key: str, value: str, start: int, end: int) -> Iterator[Found]:
    """What a value under a sensitive name is worth saying."""
    if not is_sensitive(key) or "checksum" in words(key):
        return
    place = text.place(start, end)
    what = f"{text.holder} holds " if key == text.key else f"{text.holder} holds, under {key[:60]!r}, "
    match judged(value):
        case Value.REAL:
            message = f"{what}a credential in plain text ({length_class(value)})"
            yield Found(text.rule, place, message, text.severity, Confidence.MEDIUM, text.profile, value=value)
        case Value.UNSURE:
            message = f"{what}what may be a credential ({length_class(value)})"
            profile = Profile.ALL
            yield Found(text.rule, place, message, text.severity, Confidence.LOW, profile, value=value)
        case Value.WEAK if _SERVER.fullmatch(key):
            message = f"{what}a password that everybody tries first"
            rule = "secret/weak-password"
            yield Found(rule, place, message, Severity.MEDIUM, Confidence.MEDIUM, Profile.STRICT, value=value)


def summed_up(found: Iterator[Found], source: Source) -> list[Found]:
    """One finding for one value and rule, and one for an entry; less in places that hold tests and examples."""
    first: dict[tuple[str, object], Found] = {}
    for each in found:
        keys: tuple[tuple[str, object], ...] = (
            (each.rule, each.value),
            (each.rule, (each.place.path, each.place.span.start)),
        )
        known = next((key for key in keys if key in first), None)
        if known is None:
            first[keys[0]] = each
        elif first[known].place.span != each.place.span:
            first[known] = replace(first[known], also=(*first[known].also, each.place))
    relaxed = bool(first) and source.tells(_is_beside_tests)
    return [_relaxed(each) if relaxed or _is_to_be_filled_in(each) else each for each in first.values()]


def _is_beside_tests(path: str) -> bool:
    """Whether a folder around a file says that it is a test or an example."""
    return any(part in _TESTS for part in path.split("/")[:-1])


def _is_to_be_filled_in(each: Found) -> bool:
    """Whether a comment beside the value, or right above it, asks the reader to write his own in its place."""
    if each.confidence is not Confidence.MEDIUM or each.profile is not Profile.DEFAULT:
        return False
    text, at = each.place.source.text, each.place.span
    line = text.rfind("\n", 0, at.start)
    above = text[text.rfind("\n", 0, max(line, 0)) + 1 : at.start]
    end = text.find("\n", at.end)
    behind = text[at.end : end if end >= 0 else len(text)]
    return _YOURS.search(above[-_BESIDE:]) is not None or _YOURS.search(behind[:_BESIDE]) is not None


def _relaxed(each: Found) -> Found:
    if each.verified or each.rule == "secret/embedded-kubeconfig":
        return each
    return replace(
        each,
        severity=Severity(max(each.severity - 1, Severity.INFO)),
        profile=max(each.profile, Profile.STRICT),
    )


def decoded_base64(text: str) -> str | None:
    """Text behind standard base64, None where there is none."""
    data = decoded_bytes(text)
    if data is None:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def decoded_bytes(text: str) -> bytes | None:
    """Bytes behind standard base64, None where it is none."""
    if len(text) > LONGEST * 2 or not _BASE64.fullmatch(text):
        return b"" if not text else None
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
