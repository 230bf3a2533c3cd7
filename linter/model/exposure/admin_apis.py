"""The administration of gateways themselves: dashboards, admin ports, diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import Container
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.emissary_objects import Thing, module, things
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.exposures import Exposure, exposures
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT, gateway_pods, own_zone
from hullmark.linter.model.exposure.glance import may_administrate
from hullmark.linter.model.exposure.policies import is_blocked
from hullmark.linter.model.exposure.publicness import is_public
from hullmark.linter.model.exposure.steps import Step
from hullmark.linter.model.exposure.traefik_routes import DASHBOARD
from hullmark.linter.model.exposure.zones import Zone
from hullmark.linter.records import record

_PORTS = (
    (("kong",), (8001, 8444), "the admin API of Kong"),
    (("envoy", "proxyv2", "emissary"), (9901, 19000, 15000, 8001), "the admin interface of Envoy"),
    (("apisix",), (9180,), "the admin API of APISIX"),
    (("kubernetes-ingress", "haproxy-ingress", "haproxy"), (1024,), "the statistics of HAProxy"),
    (("pilot",), (15014,), "the debug interface of Istio"),
)


@record(eq=False)
class AdminApi:
    """One way to the administration of a gateway. `guarded`: somebody asks who is there. `is_open`: from outside."""

    kinds: ClassVar[KindSet] = Exposure.kinds
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_administrate)

    place: Place
    what: str
    guarded: bool
    is_open: bool
    confidence: Confidence
    steps: tuple[Step, ...] = ()

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[AdminApi]:
        """Every way of the bundle, once for every text that opens it."""
        seen: set[tuple[object, ...]] = set()
        for each in (*_arguments(bundle), *_dashboards(bundle), *_ports(bundle)):
            key = (each.place.source.path, each.place.span)
            if key not in seen:
                seen.add(key)
                yield each


def _arguments(bundle: Bundle) -> Iterator[AdminApi]:
    for pod in gateway_pods("traefik", bundle):
        shown = any(each.pod is pod and each.number == 8080 and _outside(each) for each in exposures(bundle))
        for container in pod.containers:
            for item in (*container.command.items, *container.args.items):
                name, _, value = (item.text or "").lower().partition("=")
                if name == "--api.insecure":
                    what = "the dashboard of Traefik without a login"
                    yield AdminApi(item.place, what, value not in ("", "true"), shown, Confidence.HIGH)


def _dashboards(bundle: Bundle) -> Iterator[AdminApi]:
    for each in endpoints(bundle):
        for backend in each.backends:
            if backend.name == DASHBOARD:
                what = f"the dashboard of Traefik at {each.address}"
                shown = each.is_public or each.zone.zone is Zone.NODE
                yield AdminApi(backend.place, what, not each.auth.is_off, shown, Confidence.HIGH)


def _ports(bundle: Bundle) -> Iterator[AdminApi]:
    for each in exposures(bundle):
        name = _image(each.container)
        for images, ports, what in _PORTS:
            if name in images and each.number in ports and each.zone.is_exposed and not is_blocked(each):
                shown = _outside(each)
                yield AdminApi(each.place, what, each.auth.is_on, shown, each.confidence_cap, each.steps)


def _outside(exposure: Exposure) -> bool:
    return exposure.is_public or exposure.zone.zone is Zone.NODE


def _image(container: Container | None) -> str:
    reference = None if container is None else container.image_reference
    return "" if reference is None else reference.path.rpartition("/")[2]


@record(eq=False)
class EmissaryInstallation:
    """What acts together under one `ambassador_id`. `place` is where its diagnostics are or would be switched off."""

    kinds: ClassVar[KindSet] = frozenset({("getambassador.io", "Host"), ("getambassador.io", "Listener")})

    hosts: tuple[Resource, ...]
    module: Thing | None
    place: Place
    is_public: bool

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[EmissaryInstallation]:
        """Every installation that has a Host in the input."""
        groups: dict[tuple[str, ...], list[Thing]] = {}
        for host in things(bundle, "Host"):
            groups.setdefault(host.ids, []).append(host)
        zone = own_zone("emissary", bundle) or PUBLIC_BY_DEFAULT
        for ids, hosts in groups.items():
            found = module(bundle, ids)
            place = hosts[0].resource.place
            if found is not None:
                field = found.spec.get("config", "diagnostics", "enabled")
                place = field.place if field.present else found.spec.get("config").place
            yield cls(tuple(each.resource for each in hosts), found, place, is_public(zone, bundle))

    @property
    def shows_diagnostics(self) -> bool:
        """Whether every Host routes `/ambassador/v0/`."""
        if self.module is None:
            return True
        return self.module.spec.get("config", "diagnostics", "enabled").text != "false"
