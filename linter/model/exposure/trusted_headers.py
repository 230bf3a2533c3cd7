"""Gateways that believe what callers say of their own address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.structure import POD_KINDS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.emissary_objects import GROUPS, things
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.gateways import gateway_pods
from hullmark.linter.model.exposure.glance import may_trust_headers
from hullmark.linter.model.exposure.nginx import configuration, setting
from hullmark.linter.records import record

_TRAEFIK = (".forwardedheaders.insecure", ".proxyprotocol.insecure")


@record(eq=False)
class ClientAddress:
    """A setting about the address of callers. `from_anybody`: it takes the word of whoever sends the request.

    `matters`: the same gateway lists addresses that may come.
    """

    kinds: ClassVar[KindSet] = (
        POD_KINDS | {("", "ConfigMap"), ("", "Service")} | {(group, "Module") for group in GROUPS}
    )
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_trust_headers)

    place: Place
    what: str
    from_anybody: bool
    matters: bool

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[ClientAddress]:
        """Every such setting of the bundle."""
        yield from _nginx(bundle)
        yield from _traefik(bundle)
        for thing in things(bundle, "Module"):
            hops = thing.spec.get("config", "xff_num_trusted_hops")
            if (hops.text or "").isdecimal():
                trusts = int(hops.text or "0") > 0 and _is_public(bundle, "emissary")
                yield cls(hops.place, f"xff_num_trusted_hops: {hops.text}", trusts, _lists(bundle, "emissary"))


def _nginx(bundle: Bundle) -> Iterator[ClientAddress]:
    config = configuration(bundle)
    bounded = setting(config, "proxy-real-ip-cidr") is not None
    for key in ("use-forwarded-headers", "use-proxy-protocol"):
        field = setting(config, key)
        if field is not None and field.value == "true":
            # Whoever speaks the PROXY protocol has to be the load balancer: only headers come from callers.
            trusts = not bounded and key == "use-forwarded-headers"
            yield ClientAddress(field.place, f"{key} without proxy-real-ip-cidr", trusts, _lists(bundle, "nginx"))


def _traefik(bundle: Bundle) -> Iterator[ClientAddress]:
    for pod in gateway_pods("traefik", bundle):
        for container in pod.containers:
            for item in (*container.command.items, *container.args.items):
                name, _, value = (item.text or "").lower().partition("=")
                if name.startswith("--entrypoints.") and name.endswith(_TRAEFIK):
                    on = value in ("", "true")
                    yield ClientAddress(item.place, name, on, _lists(bundle, "traefik"))


def _lists(bundle: Bundle, product: str) -> bool:
    return any(each.product == product and each.controls.allow.is_on for each in endpoints(bundle))


def _is_public(bundle: Bundle, product: str) -> bool:
    return any(each.product == product and each.is_public for each in endpoints(bundle))
