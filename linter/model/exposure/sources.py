"""Who a load balancer lets through: source ranges of Services, and whether they act."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything, is_private
from hullmark.linter.model.exposure.images import runs_image
from hullmark.linter.model.exposure.markers import facts
from hullmark.linter.named_tuple import NamedTuple

GROUPS = "service.beta.kubernetes.io/aws-load-balancer-security-groups"
_HETZNER = "load-balancer.hetzner.cloud/"
_TYPE = "service.beta.kubernetes.io/aws-load-balancer-type"
_TARGETS = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type"
_ATTRIBUTES = "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes"


class Limit(StrEnum):
    """Whether addresses are limited: not at all, to known ranges, or by something outside the input."""

    ANY = "any"
    LIST = "list"
    OPAQUE = "opaque"


class Sources(NamedTuple):
    """Who may come through. `place` is the text that says so, None where nothing does."""

    limit: Limit
    ranges: tuple[str, ...] = ()
    place: Place | None = None

    @property
    def are_private(self) -> bool:
        """Whether only private addresses are let through."""
        return self.limit is Limit.LIST and all(is_private(each) is True for each in self.ranges)


ANYBODY = Sources(Limit.ANY)


class RangeKey(NamedTuple):
    """An annotation that is a list of ranges, or (`opaque`) that names something that decides elsewhere."""

    key: str
    platform: str
    opaque: bool
    prefix: str


class Item(NamedTuple):
    """One range as written, with the place to show."""

    text: str
    place: Place


class RangeList(NamedTuple):
    """One written list: its key's place, and its items where they can be read."""

    place: Place
    field: StrField | None
    items: tuple[Item, ...]
    known: bool


@cache
def _keys() -> tuple[RangeKey, ...]:
    return tuple(
        RangeKey(row["key"], row["platform"], row.get("opaque") is True, row.get("prefix", ""))
        for row in facts()["service_source_range_keys"]
    )


def range_lists(service: Service) -> Iterator[RangeList]:
    """Every list of source ranges that the Service has, the field first."""
    field = service.load_balancer_source_ranges
    if field.present and not field.empty:
        items = tuple(Item(item.value, item.place) for item in field.items if item.value is not None)
        yield RangeList(field.key_place, None, items, field.value is not None)
    for key, written in _written(service):
        if key.opaque:
            continue
        parts = [part.strip() for part in (written.value or "").split(",")]
        found = [part.removeprefix(key.prefix) for part in parts if part.startswith(key.prefix) and part]
        yield RangeList(
            written.key_place, written, tuple(Item(each, written.place) for each in found), written.value is not None
        )


def opaque_keys(service: Service) -> Iterator[StrField]:
    """Annotations that name what decides elsewhere: security groups, service tags."""
    return (written for key, written in _written(service) if key.opaque)


def _written(service: Service) -> Iterator[tuple[RangeKey, StrField]]:
    """Keys of the table that the Service has, with a text. Most Services have few annotations."""
    found = dict(service.annotations.fields())
    for key in _keys() if found else ():
        field = found.get(key.key)
        if field is not None and (field.text or "").strip():
            yield key, field


def sources(service: Service, bundle: Bundle) -> Sources:
    """Who may come through the load balancer of the Service, as far as ranges act."""
    opaque = next(opaque_keys(service), None)
    if opaque is not None:
        return Sources(Limit.OPAQUE, (), opaque.place)
    lists = tuple(range_lists(service))
    if not lists or ineffective(service, bundle):
        return ANYBODY
    if not all(each.known for each in lists):
        return Sources(Limit.OPAQUE, (), lists[0].place)
    # The field wins over the annotations, which say the same in other words.
    ranges = tuple(item.text for item in lists[0].items)
    return Sources(Limit.ANY if is_everything(ranges) else Limit.LIST, ranges, lists[0].place)


def ineffective(service: Service, bundle: Bundle) -> str:
    """Why source ranges of the Service do nothing; empty where they act, for all that is known."""
    kind = service.effective_type
    if kind is None:
        return ""
    if kind != "LoadBalancer":
        return f"the Service is of type {kind}"
    if (service.annotation(GROUPS).text or "").strip():
        return "security groups of the account replace them"
    if _is_hetzner(service, bundle):
        return "load balancers of Hetzner Cloud know no source ranges"
    if _loses_clients(service):
        return "the load balancer does not preserve client addresses"
    return ""


def _is_hetzner(service: Service, bundle: Bundle) -> bool:
    if any(name.startswith(_HETZNER) for name, _ in service.annotations.fields()):
        return True
    return bundle.derived(_hetzner_controller)


def _hetzner_controller(bundle: Bundle) -> bool:
    return runs_image(bundle, "hcloud-cloud-controller-manager")


def _loses_clients(service: Service) -> bool:
    by_address = (
        service.annotation(_TARGETS).value == "ip"
        or service.annotation(_TYPE).value == "nlb-ip"
        or service.load_balancer_class.value == "eks.amazonaws.com/nlb"
    )
    attributes = (service.annotation(_ATTRIBUTES).value or "").replace(" ", "").lower().split(",")
    return by_address and "preserve_client_ip.enabled=false" in attributes
