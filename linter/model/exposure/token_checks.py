"""Checks of tokens and certificates that callers may do without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.contour import GROUP as CONTOUR
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.exposures import exposures
from hullmark.linter.model.exposure.gateway_kinds import ROUTE_KINDS
from hullmark.linter.model.exposure.istio import NETWORKING
from hullmark.linter.model.exposure.istio_policies import SECURITY, applies, policy_auth
from hullmark.linter.records import record


@record(eq=False)
class TokenCheck:
    """One check. `required`: requests without a token or certificate are refused."""

    kinds: ClassVar[KindSet] = ROUTE_KINDS | {(SECURITY, "RequestAuthentication")}

    resource: Resource
    place: Place
    required: bool

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[TokenCheck]:
        """Every check that requests from outside meet, once for every text."""
        seen: set[tuple[object, ...]] = set()
        for each in (*_of_endpoints(bundle), *_of_istio(bundle), *_of_contour(bundle)):
            key = (each.place.source.path, each.place.span)
            if key not in seen:
                seen.add(key)
                yield each


def _of_endpoints(bundle: Bundle) -> Iterator[TokenCheck]:
    for each in endpoints(bundle):
        place = each.auth.place
        if place is not None and each.zone.is_exposed and (each.auth.is_on or each.auth.is_optional):
            yield TokenCheck(each.route, place, not each.auth.is_optional)


def _of_istio(bundle: Bundle) -> Iterator[TokenCheck]:
    """A RequestAuthentication refuses bad tokens, and lets requests without any through."""
    exposed = {id(each.pod): each.pod for each in exposures(bundle)}
    gateways = bundle.by_kind(NETWORKING, "Gateway")
    for each in bundle.by_kind(SECURITY, "RequestAuthentication"):
        pods = tuple(pod for pod in exposed.values() if applies(bundle, each, (pod,), {}))
        wanted = {key: item.text or "" for key, item in each.cursor.get("spec", "selector", "matchLabels").entries()}
        selected = [_labels(gateway) for gateway in gateways]
        on_gateway = bool(wanted) and any(wanted.items() <= labels.items() for labels in selected)
        if not pods and not on_gateway:
            continue
        demanding = any(
            policy_auth(policy).is_on
            for policy in bundle.by_kind(SECURITY, "AuthorizationPolicy")
            if applies(bundle, policy, pods, wanted)
        )
        rules = each.cursor.get("spec", "jwtRules")
        yield TokenCheck(each, rules.place if rules.present else each.place, demanding)


def _labels(gateway: Resource) -> dict[str, str]:
    return {key: item.text or "" for key, item in gateway.cursor.get("spec", "selector").entries()}


def _of_contour(bundle: Bundle) -> Iterator[TokenCheck]:
    for proxy in bundle.by_kind(CONTOUR, "HTTPProxy"):
        providers = proxy.cursor.get("spec", "virtualhost", "jwtProviders")
        if not providers.present:
            continue
        required = any(item.get("default").text == "true" for item in providers.items()) or any(
            route.get("jwtVerificationPolicy", "require").present
            for route in proxy.cursor.get("spec", "routes").items()
        )
        includes = proxy.cursor.get("spec", "includes").present  # what is included may require it
        yield TokenCheck(proxy, providers.place, required or includes)
