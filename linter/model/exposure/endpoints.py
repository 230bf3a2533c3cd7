"""All endpoints of a bundle, whatever makes them, and what is behind the public ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Self

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.apisix import apisix_endpoints
from hullmark.linter.model.exposure.contour import contour_endpoints
from hullmark.linter.model.exposure.emissary import emissary_endpoints
from hullmark.linter.model.exposure.emissary_objects import is_annotated
from hullmark.linter.model.exposure.endpoint import Endpoint
from hullmark.linter.model.exposure.gateway_api import gateway_api_endpoints
from hullmark.linter.model.exposure.gateway_kinds import ROUTE_KINDS
from hullmark.linter.model.exposure.ingresses import ingress_endpoints
from hullmark.linter.model.exposure.istio import istio_endpoints
from hullmark.linter.model.exposure.nginx_servers import nginx_server_endpoints
from hullmark.linter.model.exposure.openshift_routes import openshift_endpoints
from hullmark.linter.model.exposure.other_gateways import other_endpoints
from hullmark.linter.model.exposure.traefik_routes import traefik_endpoints
from hullmark.linter.model.exposure.tunnel_endpoints import tunnel_clients, tunnel_endpoints

_SOURCES = (
    ingress_endpoints,
    gateway_api_endpoints,
    openshift_endpoints,
    istio_endpoints,
    emissary_endpoints,
    traefik_endpoints,
    contour_endpoints,
    nginx_server_endpoints,
    apisix_endpoints,
    other_endpoints,
    tunnel_endpoints,
)


def endpoints(bundle: Bundle) -> tuple[Endpoint, ...]:
    """Every endpoint, by kind of gateway, then in file order."""
    return bundle.derived(_endpoints)


def _endpoints(bundle: Bundle) -> tuple[Endpoint, ...]:
    routed = any(kind in ROUTE_KINDS for kind in bundle.kinds) or is_annotated(bundle)
    if not routed and not tunnel_clients(bundle):
        return ()
    return tuple(each for source in _SOURCES for each in source(bundle))


def hosts_with_tls(bundle: Bundle) -> frozenset[tuple[str, str]]:
    """Products and hosts for which some object brings a certificate: it holds for the host, whoever routes it."""
    return bundle.derived(_hosts_with_tls)


def _hosts_with_tls(bundle: Bundle) -> frozenset[tuple[str, str]]:
    return frozenset((each.product, each.host) for each in endpoints(bundle) if each.tls.is_on)


def asking_products(bundle: Bundle) -> frozenset[str]:
    """Products of which some endpoint asks who is there."""
    return bundle.derived(_asking)


def _asking(bundle: Bundle) -> frozenset[str]:
    return frozenset(each.product for each in endpoints(bundle) if each.http and each.auth.is_on)


def claims(endpoint: Endpoint) -> tuple[Endpoint, ...]:
    """Every endpoint of the same product, host and path, this one included, in the usual order."""
    return endpoint.bundle.derived(_claims)[endpoint.product, endpoint.host, endpoint.path]


def _claims(bundle: Bundle) -> dict[tuple[str, str, str], tuple[Endpoint, ...]]:
    found: dict[tuple[str, str, str], list[Endpoint]] = {}
    for each in endpoints(bundle):
        found.setdefault((each.product, each.host, each.path), []).append(each)
    return {key: tuple(members) for key, members in found.items()}


class _Member:
    """One object with every endpoint that it takes part in; `_role` says which object of an endpoint that is."""

    kinds: ClassVar[KindSet] = ROUTE_KINDS | {("", "Service")}

    def __init__(self, bundle: Bundle, resource: Resource, endpoints: tuple[Endpoint, ...]) -> None:
        self.bundle = bundle
        self.resource = resource
        self.endpoints = endpoints

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[Self]:
        """Every such object of the bundle."""
        groups: dict[int, tuple[Resource, list[Endpoint]]] = {}
        for each in endpoints(bundle):
            resource = cls._role(each)
            # Views of one object are many; its place in the text is one.
            groups.setdefault(id(resource.cursor.node), (resource, []))[1].append(each)
        for resource, members in groups.values():
            yield cls(bundle, resource, tuple(members))

    @staticmethod
    def _role(endpoint: Endpoint) -> Resource:
        raise NotImplementedError

    @property
    def place(self) -> Place:
        """Its name."""
        return self.resource.place

    @property
    def context(self) -> Context:
        """The circumstances of the run."""
        return self.bundle.context

    @property
    def confidence_cap(self) -> Confidence:
        """Findings about it are at most this sure."""
        return self.resource.confidence_cap


class RouteObject(_Member):
    """One object that routes requests from outside, with every endpoint that it makes."""

    @staticmethod
    def _role(endpoint: Endpoint) -> Resource:
        return endpoint.route


class GatewayObject(_Member):
    """One object that opens endpoints: a Gateway, a Host, an Ingress, with every endpoint that it opens."""

    @staticmethod
    def _role(endpoint: Endpoint) -> Resource:
        return endpoint.gateway
