"""Structured files of the API server that hold settings which are otherwise flags.

https://kubernetes.io/docs/reference/access-authn-authz/authorization/#using-configuration-file-for-authorization and
https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-authenticator-configuration
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.catalogue import named_list
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.documents import AdmissionConfiguration
from hullmark.linter.manifest.components.forms import APISERVER
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.word import Word, scalar_word
from hullmark.linter.manifest.components.written import Written, always, value_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import KindSet, Resource

FORMS: KindSet = (
    frozenset({(APISERVER, "AuthorizationConfiguration"), (APISERVER, "AuthenticationConfiguration")})
    | AdmissionConfiguration.forms
)
"""Kinds of files that decide something of the API server that reads them."""
RATE_LIMIT = "EventRateLimit"
NO_RATE_LIMIT = "no configuration of EventRateLimit"
"""What holds for an API server whose AdmissionConfiguration has no entry for this plugin: it does not start without."""


def structured(resource: Resource) -> Iterator[Component]:
    """The API server that reads the file: it has the one setting that the file decides, and says nothing of others."""
    cursor = resource.cursor
    kind = cursor.get("kind")
    place = kind.place if kind.present else cursor.place
    written: list[Written] = []
    conditions: frozenset[str] = frozenset()
    if resource.kind == "AdmissionConfiguration":
        plugins = cursor.get("plugins")
        place = plugins.key_place if plugins.present else place
        if lacks_rate_limit(resource):
            conditions = frozenset({NO_RATE_LIMIT})
    else:
        said = decision(resource)
        if said is None:
            return
        written.append(said)
    names = {name for name, _ in written}
    traits = Traits(
        "upstream",
        False,
        minors(resource.context),
        conditions=conditions,
        shadowed=lambda other: other not in names,
    )
    made = Component("kube-apiserver", written, always(place), place, traits, resource.context, form=resource.kind)
    made.document = resource
    yield made


def decision(resource: Resource) -> Written | None:
    """The setting that a file decides, and what it says; None where it leaves it to the flag."""
    cursor = resource.cursor
    if resource.kind == "AuthorizationConfiguration":
        types = _authorizers(cursor.get("authorizers"))
        return None if types is None else ("authorization-mode", types)
    anonymous = cursor.get("anonymous")
    return ("anonymous-auth", _anonymous(anonymous)) if anonymous.present else None


def lacks_rate_limit(resource: Resource) -> bool:
    """Whether an AdmissionConfiguration surely has no entry for EventRateLimit."""
    names = [plugin.get("name").text for plugin in AdmissionConfiguration(resource).plugins]
    plugins = resource.cursor.get("plugins")
    readable = plugins.absent or plugins.is_sequence
    return readable and RATE_LIMIT not in names and not any(name is None or "{{" in name for name in names)


def _authorizers(cursor: Cursor) -> Occurrence | None:
    if not cursor.is_sequence:
        return None
    types = [word for item in cursor.items() if (word := scalar_word(item.get("type"))) is not None]
    key = _key(cursor)
    return Occurrence(tuple(types), key, "authorizers[].type", Carrier.FIELD, key, split=False)


def _anonymous(cursor: Cursor) -> Occurrence:
    """Anonymous requests: restricted to health checks they are harmless, and probes need them."""
    enabled = cursor.get("enabled")
    if enabled.absent:
        key = _key(cursor)
        return Occurrence((key.renamed("false"),), key, "anonymous", Carrier.FIELD, forced=False)
    word = value_word(enabled)
    if not enabled.truth:
        return Occurrence((word,), word, "anonymous.enabled", Carrier.FIELD, forced=enabled.truth)
    conditions = [item.get("path") for item in cursor.get("conditions").items()]
    bad = [path for path in conditions if path.text not in named_list("health_paths")]
    if conditions and not bad:
        return Occurrence((word.renamed("false"),), word, "anonymous.conditions", Carrier.FIELD, forced=False)
    shown = value_word(bad[0]) if bad else word
    return Occurrence((word,), word, "anonymous.enabled", Carrier.FIELD, shown, forced=True)


def _key(cursor: Cursor) -> Word:
    span = cursor.key if cursor.key is not None else cursor.anchor
    return Word("", cursor.source, span, (), cursor.path, cursor.owner)
