"""What the text of a setting means to the component: Go's spellings, not YAML's."""

from __future__ import annotations

from functools import lru_cache

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

Typed = bool | int | float | str | tuple[str, ...] | tuple[tuple[str, str], ...] | None
"""A typed value: durations are seconds, lists are tuples, maps are tuples of pairs, None is unset."""

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_DURATION = regex(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_TEMPLATE = regex(r"\{\{|\{%|\$\{|\$\(|<[^<>]+>|%\(|@@|\$[A-Za-z_]")
_OCTET = regex(r"0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]")
_INTEGER = regex(r"[+-]?[0-9]{1,19}")


class Reading(NamedTuple):
    """Value of a text, or the reason why it has none; `odd` says what is wrong with a readable one."""

    value: Typed
    known: bool = True
    odd: str = ""


UNREAD = Reading(None, known=False)
QUOTES = "has quotes that the component reads as part of the value"


def templated(text: str) -> bool:
    """Whether something still has to fill in the text: Helm, Jinja, envsubst, placeholders, variables."""
    # One of these characters stands in every marker, and in few texts.
    marked = "{" in text or "$" in text or "<" in text or "%" in text or "@" in text
    return marked and _TEMPLATE.search(text) is not None


def quoted(text: str) -> bool:
    """Whether quotes stand around a text: words of a container's command keep them."""
    return text[:1] in ("'", '"') and len(text) > 1 and text[0] == text[-1]


def boolean(text: str) -> bool | None:
    """Go's strconv.ParseBool."""
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def duration(text: str) -> float | None:
    """Go's time.ParseDuration, in seconds; a bare `0` needs no unit."""
    body = text.removeprefix("-") if text.startswith("-") else text.removeprefix("+")
    if body == "0":
        return 0.0
    total = 0.0
    at = 0
    for match in _DURATION.finditer(body):
        if match.start() != at:
            return None
        total += float(match[1]) * _SECONDS[match[2]]
        at = match.end()
    if not at or at != len(body):
        return None
    return -total if text.startswith("-") else total


def pairs(members: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """`k=v` members as pairs; a bare key means true; the last of equal keys wins."""
    found: dict[str, str] = {}
    for member in members:
        key, equals, value = member.partition("=")
        found.pop(key.strip(), None)
        found[key.strip()] = value.strip() if equals else "true"
    return tuple(found.items())


@lru_cache(maxsize=4096)
def several(mapped: bool, texts: tuple[str, ...]) -> Reading:
    """The value of the members of a list or map."""
    if any(templated(text) for text in texts):
        return UNREAD
    return Reading(pairs(texts) if mapped else texts)


@lru_cache(maxsize=4096)
def scalar(kind: str, text: str) -> Reading:
    """The value of one text of a scalar type; an empty text is unset where the type is textual."""
    if templated(text):
        return UNREAD
    if quoted(text):
        inner = scalar(kind, text[1:-1])
        return Reading(inner.value, inner.known, QUOTES)
    if kind == "bool":
        flag = boolean(text)
        return Reading(flag) if flag is not None else Reading(None, False, "is no boolean")
    if kind == "int":
        return Reading(int(text)) if _INTEGER.fullmatch(text) else Reading(None, False, "is no integer")
    if kind == "duration":
        seconds = duration(text)
        return Reading(seconds) if seconds is not None else Reading(None, False, "is no duration with a unit")
    return Reading(text or None)


def host_of(text: str, kind: str) -> str:
    """The host part of an ip or hostport value, without brackets."""
    if kind != "hostport":
        return text.strip("[]")
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host, colon, port = text.rpartition(":")
    return host if colon and (port.isdigit() or not port) and ":" not in host else text


def loopback(host: str) -> bool:
    """127.0.0.0/8, ::1 and localhost."""
    if host.lower().rstrip(".") == "localhost":
        return True
    address = host.partition("%")[0]
    if ":" not in address:
        first, *rest = address.split(".")
        return first == "127" and len(rest) == 3 and all(map(_OCTET.fullmatch, rest))
    from ipaddress import ip_address  # 2 ms, and hardly anybody writes IPv6

    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def url_host(url: str) -> str:
    """Host of a URL without user, port, path and brackets."""
    rest = url.partition("://")[2].partition("/")[0].rpartition("@")[2]
    return host_of(rest, "hostport")
