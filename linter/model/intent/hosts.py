"""Names of Services in texts: variables, arguments and files of configuration.

A full name (`api.shop.svc`) counts wherever it stands. A name of one word is too often just a word: it counts in a URL,
with the number of a port behind it, or as the value of something that is called a host, a URL or an address.
https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_TOKEN = regex(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_PORT = regex(r":([0-9]{1,5})(?![0-9.:])")
_BEFORE_IN_LIST = regex(r"(?:^|[\s,;\"'(\[=])$")
_VARIABLE = regex(r"\b([A-Z][A-Z0-9_]*)_SERVICE_(?:HOST|PORT)\b")
_KEY = regex(r"([A-Za-z_][\w.-]*)[\"']?[ \t]*[:=][ \t]*[\"']?$")
_FLAG = regex(r"-{1,2}([A-Za-z][\w.-]*)[ \t=]+[\"']?$")
_WORDS = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_HOST_WORDS = frozenset(
    {
        "host", "hosts", "hostname", "addr", "addrs", "address", "addresses", "url", "urls", "uri", "uris", "endpoint",
        "endpoints", "server", "servers", "upstream", "upstreams", "broker", "brokers", "dsn", "bootstrap", "seeds",
        "fqdn",
    }
)  # fmt: skip
_SCHEMES = {
    "http": 80,
    "ws": 80,
    "https": 443,
    "wss": 443,
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "redis": 6379,
    "rediss": 6379,
    "amqp": 5672,
    "amqps": 5671,
    "mongodb": 27017,
    "nats": 4222,
    "ldap": 389,
    "ldaps": 636,
}
_SCHEME = regex(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:[^\s/@\"']{0,200}@)?$")
_LOOK_BACK = 240
_OFTEN = 500


class Mention(NamedTuple):
    """A Service by namespace and name, and the port that is asked for; `port` is None where none is written."""

    namespace: str
    name: str
    port: int | None


Known = Callable[[str, str], bool]
"""Whether there is a Service of this namespace and name."""


def mentions(text: str, key: str, home: str, known: Known, ports: Callable[[str, str], frozenset[int]]) -> set[Mention]:
    """Services that a text names. `key` is what the text is the value of, `home` the namespace of who reads it."""
    return set(_mentions(text, key, home, known, ports))


def _mentions(
    text: str, key: str, home: str, known: Known, ports: Callable[[str, str], frozenset[int]]
) -> Iterator[Mention]:
    words: Counter[str] = Counter()
    for token in _TOKEN.finditer(text):
        labels = token[0].lower().rstrip(".-").split(".")
        port = _port_behind(text, token.start() + len(token[0].rstrip(".-")))
        for namespace, name, sure in _candidates(labels, home):
            if not known(namespace, name):
                continue
            words[token[0]] += 1
            if words[token[0]] > _OFTEN:
                break  # what was no host so many times is a word: a file of nothing else must not take minutes
            before = text[max(0, token.start() - _LOOK_BACK) : token.start()]
            scheme = _SCHEME.search(before)
            if sure or scheme or _is_called(before, text, token, key) or port in ports(namespace, name):
                if before and before[-1] in "_-.@/" and not scheme:
                    break
                yield Mention(namespace, name, port if port is not None else _usual(scheme))
                break
    for variable in _VARIABLE.finditer(text):
        name = variable[1].lower().replace("_", "-")
        if known(home, name):
            yield Mention(home, name, None)


def unknown_services(text: str, known: Known) -> set[tuple[str, str]]:
    """Full names of Services (`name.namespace.svc`) that are not known."""
    found = set()
    for token in _TOKEN.finditer(text):
        if ".svc" not in token[0]:
            continue
        labels = token[0].lower().rstrip(".-").split(".")
        at = labels.index("svc") if "svc" in labels else 0
        if at >= 2 and not known(labels[at - 1], labels[at - 2]):
            found.add((labels[at - 1], labels[at - 2]))
    return found


def _candidates(labels: list[str], home: str) -> Iterator[tuple[str, str, bool]]:
    """Namespace, name, and whether the name says by itself that a Service is meant; the likeliest first."""
    if "svc" in labels[2:]:
        at = labels.index("svc", 2)
        yield labels[at - 1], labels[at - 2], True
        return
    if len(labels) == 1:
        yield home, labels[0], False
    elif len(labels) == 2:
        yield labels[1], labels[0], True
        yield home, labels[1], True  # a pod behind a headless Service: postgres-0.postgres
    elif len(labels) == 3:
        yield labels[2], labels[1], True


def _port_behind(text: str, end: int) -> int | None:
    found = _PORT.match(text, end)
    return int(found[1]) if found else None


def _usual(scheme: re.Match[str] | None) -> int | None:
    return _SCHEMES.get(scheme[1].lower()) if scheme else None


def _is_called(before: str, text: str, token: re.Match[str], key: str) -> bool:
    """Whether what the token is the value of is called a host."""
    behind = text[token.end() : token.end() + 1]
    if behind and behind not in " \t\r\n,;\"')]}:/":
        return False
    named = _KEY.search(before) or _FLAG.search(before)
    if named:
        return is_host_like(named[1])
    return is_host_like(key) and _BEFORE_IN_LIST.search(before) is not None and " " not in text.strip()


def is_host_like(key: str) -> bool:
    """Whether a variable, flag or field of this name holds hosts."""
    return any(word.lower() in _HOST_WORDS for word in _WORDS.findall(key))
