"""Credentials that are known by their form: the table `secret_patterns`, ready to be asked.

Repetitions without a bound get one, so that hostile texts take no longer than others.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence, Set
from functools import cache, lru_cache

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.secrets.needles import Needles
from hullmark.linter.manifest.secrets.tokens import Claims, crc32_matches, jwt_claims
from hullmark.linter.manifest.secrets.words import Value, entropy, judged, words
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_REPEATED = 1 << 13
"""Characters of a text that may occur again, word for word."""
LONGEST = 1 << 20
"""Characters of a text that are looked at."""

_SHORTEST = 11
_URL = "url-password"
# Addresses are everywhere, and few hold a password: what begins with a literal is searched for at once.
_URL_PASSWORD = regex(r"://[^\s/:@\"'<>{}$%]{0,64}:[^\s/@\"'<>{}$]{3,256}@[A-Za-z0-9\[]")
_EDGE = regex(r"\w", re.ASCII)
_OPEN_END = regex(r"\{(\d+),\}")
_DUMMY = regex(
    r"(?i)example|x{5,}|\*{3}|\.{3}|<|0{8,}|1{8,}|12345678|abcdefgh|change[-_]?me|your[-_]|placeholder|redacted|dummy|fake|deadbeef"
)
_PLACEHOLDER_TOKEN = "abcdef.0123456789abcdef"  # noqa: S105 - kubeadm's own documentation
_HARMLESS = frozenset({Value.REFERENCE, Value.PLACEHOLDER, Value.WEAK})
_SHOWN = {"sub": "1234567890", "name": "John Doe"}
"""Claims of the token of https://jwt.io, which stands in every introduction."""
_HEX40 = regex(r"[0-9a-f]{40}")


class Format(NamedTuple):
    """One row.

    `needles` are lower-case parts of which one must occur, `context` words of which one must name the value.
    Expressions are compiled when a text first holds a needle: most runs need few of them.
    """

    id: str
    title: str
    rule: str
    form: str
    needles: tuple[str, ...]
    group: int
    entropy: float
    beside: str
    context: tuple[tuple[str, ...], ...]
    verify: str
    left: bool
    right: bool
    severity: Severity

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a credential of this form looks like."""
        return _compiled(self.form)

    @property
    def with_(self) -> re.Pattern[str] | None:
        """What must stand beside it in the same text."""
        return _compiled(self.beside) if self.beside else None


class Match(NamedTuple):
    """A credential of a known form in a text; `claims` are those of a token that has some."""

    format: Format
    start: int
    end: int
    claims: Claims | None = None


@cache
def formats() -> tuple[Format, ...]:
    """Every row of the table, in its order."""
    return tuple(_read(row) for row in table("secret_patterns")["patterns"])


def _read(row: dict[str, object]) -> Format:
    opened = str(row.get("open", ""))
    with_ = row.get("with")
    contexts = row.get("context", ())
    needles = row.get("any_of", ())
    return Format(
        str(row["id"]),
        str(row["title"]),
        str(row.get("rule", "secret/provider-token")),
        str(row["pattern"]),
        tuple(str(each) for each in needles) if isinstance(needles, Sequence) else (),
        int(str(row.get("group", 0))),
        float(str(row.get("entropy", 0))),
        str(with_) if with_ else "",
        tuple(tuple(str(each).split()) for each in contexts) if isinstance(contexts, Sequence) else (),
        str(row.get("verify", "")),
        opened in ("left", "both"),
        opened in ("right", "both"),
        Severity[str(row["severity"]).upper()],
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    bounded = _OPEN_END.sub(lambda found: f"{{{found[1]},{max(2048, int(found[1]) * 4)}}}", pattern)
    return re.compile(bounded.replace(r"^\s*", r"^[ \t]{0,64}"))


def matches(text: str, key: str = "") -> list[Match]:
    """Credentials in a text, those of earlier rows first; a text span belongs to one row only."""
    if len(text) < _SHORTEST:
        return []
    needles = _needles()
    foreign, always = _foreign(key)
    if not always and needles.is_idle(text):
        return []
    text, rows = text[:LONGEST], formats()
    found: list[Match] = []
    for number in sorted((needles.within(text) - foreign) | always):
        each = rows[number]
        if each.id == _URL and not _has_url_password(text):
            continue
        found += (match for match in _found(each, text) if not any(_overlap(match, other) for other in found))
    return found


def _has_url_password(text: str) -> bool:
    return "@" in text and _URL_PASSWORD.search(text) is not None


def worth_matching(texts: Sequence[str]) -> Set[str]:
    """Those of several texts without a name that are not known to hold no credential of a known form."""
    return {*texts} if _foreign("")[1] else _needles().fresh(texts)


def is_telling(text: str) -> bool:
    """Whether a long text can hold a credential of a known form at all, whatever it is called: worth a closer look."""
    return _tells(text) if len(text) <= _REPEATED else _tells.__wrapped__(text)


@lru_cache(maxsize=256)
def _tells(text: str) -> bool:
    rows = formats()
    for number in _needles().within(text):
        each = rows[number]
        if each.context:
            continue
        if _has_url_password(text) if each.id == _URL else each.pattern.search(text) is not None:
            return True
    return False


@cache
def _needles() -> Needles:
    """Every needle with the number of its format."""
    return Needles((needle, number) for number, each in enumerate(formats()) for needle in each.needles)


def _found(each: Format, text: str) -> Iterator[Match]:
    beside = each.with_
    if beside is not None and beside.search(text) is None:
        return
    if each.id == "kubeconfig" and "users:" not in text:
        return  # `clusters:` alone is anybody's word
    for match in each.pattern.finditer(text):
        start, end = match.span()
        if not each.left and start and _EDGE.match(text, start - 1):
            continue
        if not each.right and end < len(text) and _EDGE.match(text, end):
            continue
        credential = match.group(each.group) or ""
        claims = _verified(each, credential)
        if claims is None or (each.entropy and entropy(credential) < each.entropy):
            continue
        if each.group:
            start, end = match.span(each.group)
        start += len(text[start:end]) - len(text[start:end].lstrip())
        yield Match(each, start, end, claims or None)


def _verified(each: Format, credential: str) -> Claims | None:
    """Claims of a token, nothing in particular for others; None for what is none or stands for one."""
    if each.rule == "secret/url-with-password":
        return None if judged(credential) in _HARMLESS or "\n" in credential else {}
    if each.id == "kubeconfig":
        return None if judged(credential.partition(":")[2].strip(" \"'")) in _HARMLESS else {}
    if _DUMMY.search(credential) or credential == _PLACEHOLDER_TOKEN:
        return None if not each.title.endswith(("private key", "key file", "credentials", "configuration")) else {}
    if each.id == "aws-secret-access-key" and _HEX40.fullmatch(credential):
        return None
    match each.verify:
        case "crc32-base62":
            return {} if crc32_matches(credential) else None
        case "jwt":
            claims = jwt_claims(credential)
            if claims is None or claims.get("role") == "anon" or _SHOWN.items() <= claims.items():
                return None
            return claims
        case "jwt-kubernetes":
            claims = jwt_claims(credential)
            return claims if claims is not None and _is_kubernetes(claims) else None
        case "real":
            return {} if judged(credential) is Value.REAL else None
        case "basic":
            return {} if judged(_behind_colon(credential)) in (Value.REAL, Value.UNSURE) else None
    return {}


def _behind_colon(credential: str) -> str:
    """The password of a pair in base64, the text itself where it is no such pair."""
    try:
        user, colon, password = base64.b64decode(credential, validate=True).decode().partition(":")
    except ValueError:
        return credential
    return password if colon and user.isprintable() else credential


def _is_kubernetes(claims: Claims) -> bool:
    issued = claims.get("iss") == "kubernetes/serviceaccount" or "kubernetes.io" in claims
    return issued or str(claims.get("sub", "")).startswith("system:serviceaccount:")


@lru_cache(maxsize=4096)
def _foreign(key: str) -> tuple[frozenset[int], frozenset[int]]:
    """Formats that need a context which the name of a value does not give, and others that have no needle.

    Names recur, formats are few.
    """
    named = words(key) if key else ()
    rows = tuple(enumerate(formats()))
    foreign = frozenset(number for number, each in rows if each.context and not _named(each.context, named))
    return foreign, frozenset(number for number, each in rows if not each.needles) - foreign


def _named(contexts: tuple[tuple[str, ...], ...], named: tuple[str, ...]) -> bool:
    """Whether one of the contexts occurs as consecutive words of the name."""
    return any(named[start : start + len(context)] == context for context in contexts for start in range(len(named)))


def _overlap(one: Match, other: Match) -> bool:
    return one.start < other.end and other.start < one.end
