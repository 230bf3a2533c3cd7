"""Structured files of the API server that hold settings which are otherwise flags.

https://kubernetes.io/docs/reference/access-authn-authz/authorization/#configuring-the-api-server-using-an-authorization-config-file
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.catalogue import named_list
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.documents import APISERVER
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.word import Word, scalar_word
from hullmark.linter.manifest.components.written import always, value_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import KindSet, Resource

FORMS: KindSet = frozenset({(APISERVER, "AuthorizationConfiguration"), (APISERVER, "AuthenticationConfiguration")})


def structured(resource: Resource) -> Iterator[Component]:
    """The API server that reads the file: it has the one setting that the file decides, and says nothing of others."""
    cursor = resource.cursor
    if resource.kind == "AuthorizationConfiguration":
        name, occurrence = "authorization-mode", _authorizers(cursor.get("authorizers"))
    else:
        name, occurrence = "anonymous-auth", _anonymous(cursor.get("anonymous"))
    if occurrence is None:
        return
    kind = cursor.get("kind")
    place = kind.place if kind.present else cursor.place
    traits = Traits("upstream", False, minors(resource.context), shadowed=lambda other: other != name)
    yield Component("kube-apiserver", [(name, occurrence)], always(place), place, traits, resource.context)


def _authorizers(cursor: Cursor) -> Occurrence | None:
    if not cursor.is_sequence:
        return None
    types = [word for item in cursor.items() if (word := scalar_word(item.get("type"))) is not None]
    key = _key(cursor)
    return Occurrence(tuple(types), key, "authorizers[].type", Carrier.FIELD, key, split=False)


def _anonymous(cursor: Cursor) -> Occurrence | None:
    """Anonymous requests: restricted to health checks they are harmless, and probes need them."""
    enabled = cursor.get("enabled")
    if enabled.text not in ("true", "false"):
        return None
    word = value_word(enabled)
    if enabled.text == "false":
        return Occurrence((word,), word, "anonymous.enabled", Carrier.FIELD)
    conditions = [item.get("path") for item in cursor.get("conditions").items()]
    bad = [path for path in conditions if path.text not in named_list("health_paths")]
    if conditions and not bad:
        return Occurrence((word.renamed("false"),), word, "anonymous.conditions", Carrier.FIELD, forced=False)
    shown = value_word(bad[0]) if bad else word
    return Occurrence((word,), word, "anonymous.enabled", Carrier.FIELD, shown)


def _key(cursor: Cursor) -> Word:
    span = cursor.key if cursor.key is not None else cursor.anchor
    return Word("", cursor.source, span, (), cursor.path, cursor.owner)
