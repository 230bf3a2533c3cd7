"""Who gets in through Emissary and Edge Stack: authentication, filters, rate limits.

https://www.getambassador.io/docs/edge-stack/latest/topics/using/filters/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.globs import name_glob
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import OFF, REMOVED, UNKNOWN, Control, off, on, removed, unknown
from hullmark.linter.model.exposure.emissary_objects import Thing, globs_meet, module, things
from hullmark.linter.named_tuple import NamedTuple

_ASKING = ("OAuth2", "JWT", "APIKey", "External")


class FilterRule(NamedTuple):
    """One rule of a FilterPolicy, and the policy."""

    policy: Thing
    cursor: Cursor

    @property
    def filters(self) -> Cursor:
        """The filters that requests pass; none where null or empty."""
        return self.cursor.get("filters")

    @property
    def decisive(self) -> Cursor:
        """What shows that requests pass no filter: the empty list, else the host that the rule is about."""
        return self.cursor.get("host") if self.filters.absent else self.filters

    @property
    def is_empty(self) -> bool:
        """Whether requests pass no filter."""
        return not any(True for _ in self.filters.items())

    def matches(self, host: str, path: str) -> bool:
        """Whether the globs of the rule are about a host and a path prefix."""
        wanted = self.cursor.get("path").text or "*"
        if not globs_meet(self.cursor.get("host").text or "*", host):
            return False
        return (
            name_glob(wanted).fullmatch(path) is not None
            or name_glob(wanted).fullmatch(path.rstrip("/") + "/x") is not None
        )


def filter_rules(bundle: Bundle, mapping: Thing) -> Iterator[FilterRule]:
    """Rules of FilterPolicies of the same installation, in the order in which they are tried."""
    for policy in things(bundle, "FilterPolicy"):
        if policy.with_(mapping):
            for rule in policy.spec.get("rules").items():
                yield FilterRule(policy, rule)


def auth_of(bundle: Bundle, mapping: Thing, host: str) -> Control:
    """Whether somebody asks who sends requests for a Mapping under a host."""
    bypass = mapping.spec.get("bypass_auth")
    service = next((each for each in things(bundle, "AuthService") if each.with_(mapping)), None)
    if service is not None and bypass.text != "true":
        return on(service.resource)
    path = mapping.spec.get("prefix").text or "/"
    matching = [rule for rule in filter_rules(bundle, mapping) if rule.matches(host, path)]
    if matching:
        if matching[0].is_empty and any(not rule.is_empty for rule in matching[1:]):
            first = matching[0]
            return Control(False, first.decisive.place, REMOVED, first.cursor)
        return _filters(bundle, matching[0])
    return removed(bypass) if bypass.text == "true" else OFF


def _filters(bundle: Bundle, rule: FilterRule) -> Control:
    found = OFF
    for item in rule.filters.items():
        name = item.get("name")
        space = item.get("namespace").text or rule.policy.namespace
        target = next(
            (each for each in things(bundle, "Filter") if each.resource.name == name.text and each.namespace == space),
            None,
        )
        if target is None:
            found = unknown(name, "the filter is not in the input")
            continue
        if any(target.spec.get(kind).present for kind in _ASKING) or target.spec.get("type").text in _lower():
            return on(name)
        if target.spec.get("Plugin").present:
            found = UNKNOWN
    return found


def _lower() -> frozenset[str]:
    return frozenset(kind.lower() for kind in _ASKING)


def cert_required(bundle: Bundle, host: Thing) -> Control | None:
    """That a Host or its TLSContext demands a client certificate, or None."""
    field = host.spec.get("tls", "cert_required")
    if field.text == "true":
        return on(field)
    for context in things(bundle, "TLSContext"):
        field = context.spec.get("cert_required")
        names = [item.text or "" for item in context.spec.get("hosts").items()]
        if (
            context.with_(host)
            and field.text == "true"
            and any(globs_meet(name, host.spec.get("hostname").text or "*") for name in names if name)
        ):
            return on(field)
    return None


def rate_of(bundle: Bundle, mapping: Thing) -> Control:
    """Whether requests are counted: a service that counts, and labels of its domain on the Mapping or for all."""
    service = next((each for each in things(bundle, "RateLimitService") if each.with_(mapping)), None)
    if service is None:
        return OFF
    domain = service.spec.get("domain").text or "ambassador"
    labels = labelled(bundle, mapping, domain)
    if labels is None:
        return OFF
    limits = [each for each in things(bundle, "RateLimit") if each.spec.get("domain").text == domain]
    if limits and all(is_log_only(each) for each in limits):
        return off(limits[0].resource)
    return on(labels)


def is_log_only(limit: Thing) -> bool:
    """Whether every limit of a RateLimit only writes to the log."""
    found = [item.get("action").text or limit.spec.get("action").text for item in limit.spec.get("limits").items()]
    return bool(found) and all(action == "LogOnly" for action in found)


def labelled(bundle: Bundle, mapping: Thing, domain: str) -> Cursor | None:
    """The labels of a domain that requests for a Mapping carry: its own, else the default of the Module."""
    own = mapping.spec.get("labels", domain)
    if own.present:
        return own
    common = module(bundle, mapping.ids)
    field = None if common is None else common.spec.get("config", "default_labels", domain)
    return field if field is not None and field.present else None
