"""Controls of Traefik: middlewares that routes name, chains followed.

https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.controls import OFF, UNKNOWN, Control, Controls, either, off, on, unknown
from hullmark.linter.model.exposure.gateways import gateway_pods
from hullmark.linter.named_tuple import NamedTuple

GROUPS = ("traefik.io", "traefik.containo.us")
_PREFIX = "traefik.ingress.kubernetes.io/"
_AUTH = ("basicAuth", "digestAuth", "forwardAuth")
_RATE = ("rateLimit", "inFlightReq")
_ALLOW = ("ipAllowList", "ipWhiteList")
_REDIRECTS = ("redirectScheme", "redirectRegex")
_DEPTH = 8


class Middleware(NamedTuple):
    """A reference to a middleware: where it stands and what it names; `found` is None where the input has none."""

    place: Place
    namespace: str
    name: str
    found: Resource | None

    @property
    def spec(self) -> Cursor | None:
        """What it does."""
        return None if self.found is None else self.found.cursor.get("spec")


def find(bundle: Bundle, kind: str, namespace: str, name: str) -> Resource | None:
    """An object of Traefik, of the new group or the old."""
    for group in GROUPS:
        found = bundle.find(group, kind, namespace, name)
        if found is not None:
            return found
    return None


def named(bundle: Bundle, namespace: str, written: Cursor, depth: int = 0) -> Iterator[Middleware]:
    """The middlewares of a list, chains replaced by what they hold."""
    for item in written.items():
        name = item.get("name")
        if not name.text:
            continue
        space = item.get("namespace").text or namespace
        text, _, provider = name.text.partition("@")
        if provider and provider != "kubernetescrd":
            yield Middleware(name.place, "", name.text, None)
            continue
        found = find(bundle, "Middleware", space, text)
        chain = None if found is None else found.cursor.get("spec", "chain", "middlewares")
        if chain is not None and chain.present and depth < _DEPTH:
            yield from named(bundle, space, chain, depth + 1)
        else:
            yield Middleware(name.place, space, text, found)


def annotated(bundle: Bundle, ingress: Ingress) -> Iterator[Middleware]:
    """The middlewares that an Ingress names, as `namespace-name@kubernetescrd`."""
    field = ingress.annotation(_PREFIX + "router.middlewares")
    for part in (field.value or "").split(","):
        text, _, provider = part.strip().partition("@")
        if not text:
            continue
        found = None
        if provider == "kubernetescrd":
            found = next(
                (each for each in _all(bundle) if f"{bundle.namespace_of(each).name}-{each.name}" == text), None
            )
        chain = None if found is None else found.cursor.get("spec", "chain", "middlewares")
        if found is not None and chain is not None and chain.present:
            yield from named(bundle, bundle.namespace_of(found).name, chain, 1)
        else:
            yield Middleware(field.place, "", text if provider == "kubernetescrd" else part.strip(), found)


def _all(bundle: Bundle) -> Iterator[Resource]:
    for group in GROUPS:
        yield from bundle.by_kind(group, "Middleware")


def auth(middlewares: Iterable[Middleware]) -> Control:
    """Whether one of them asks who is there; a plugin may."""
    return either(_has(each, _AUTH) for each in middlewares)


def rate(middlewares: Iterable[Middleware]) -> Control:
    """Whether one of them limits requests."""
    return either(_has(each, _RATE) for each in middlewares)


def redirects(middlewares: Iterable[Middleware]) -> Control:
    """Whether one of them sends plain requests elsewhere."""
    return either(_has(each, _REDIRECTS) for each in middlewares)


def allow(middlewares: Iterable[Middleware]) -> Control:
    """Whether one of them lists the addresses that may come."""
    return either(_listed(each) for each in middlewares)


def _listed(middleware: Middleware) -> Control:
    spec = middleware.spec
    for key in _ALLOW if spec is not None else ():
        ranges = Cursor.get(spec, key, "sourceRange") if spec is not None else None
        if ranges is not None and ranges.present:
            return off(ranges) if is_everything(item.text or "" for item in ranges.items()) else on(ranges)
    return unknown(middleware.place) if spec is None else OFF


def _has(middleware: Middleware, keys: tuple[str, ...]) -> Control:
    spec = middleware.spec
    if spec is None:
        return unknown(middleware.place, "the middleware is not in the input")
    for key in keys:
        if spec.get(key).present:
            return on(spec.get(key))
    return unknown(spec.get("plugin")) if spec.get("plugin").present else OFF


def annotated_controls(bundle: Bundle, ingress: Ingress, tls: Control) -> Controls:
    """The controls of every path of an Ingress of this class."""
    middlewares = tuple(annotated(bundle, ingress))
    router = ingress.annotation(_PREFIX + "router.tls")
    if not tls.is_on and router.value == "true":
        tls = on(router)
    points = ingress.annotation(_PREFIX + "router.entrypoints")
    names = tuple(part.strip() for part in (points.value or "").split(",") if part.strip())
    if not tls.is_on:
        tls = entry_tls(bundle, names, points.place if points.present else None)
    plain = plain_http(bundle, names, tls, redirects(middlewares))
    return Controls(tls, plain, auth(middlewares), rate(middlewares), allow(middlewares), True)


def entry_tls(bundle: Bundle, points: tuple[str, ...], place: Place | None) -> Control:
    """TLS of a router without own TLS: that of its entry points, which is in the static configuration."""
    if points and all(name in ("web", "http") for name in points):
        return Control(False, place, "the plain entry point")
    settings = _static(bundle)
    if not settings:
        return Control(None, place, "TLS of entry points is static configuration")
    chosen = points or tuple(sorted(_entry_points(settings)))
    on_tls = [name for name in chosen if any(text.startswith(f"--entrypoints.{name}.http.tls") for text in settings)]
    if chosen and len(on_tls) == len(chosen):
        return Control(True, place)
    return Control(False, place)


def plain_http(bundle: Bundle, points: tuple[str, ...], tls: Control, redirect: Control) -> Control:
    """Whether the router also answers on an entry point without TLS; a router with TLS answers TLS alone."""
    if tls.is_on:
        return OFF
    if redirect.is_on:
        return OFF
    if tls.is_unknown or redirect.is_unknown:
        return UNKNOWN
    settings = _static(bundle)
    for name in points:
        if any(text.startswith(f"--entrypoints.{name}.http.redirections.entrypoint") for text in settings):
            return OFF
    return Control(True, tls.place)


def _static(bundle: Bundle) -> tuple[str, ...]:
    """Arguments of Traefik in the input, lower case."""
    return tuple(
        (item.text or "").lower()
        for pod in gateway_pods("traefik", bundle)
        for container in pod.containers
        for item in (*container.command.items, *container.args.items)
    )


def _entry_points(settings: tuple[str, ...]) -> set[str]:
    prefix = "--entrypoints."
    found = {text[len(prefix) :].partition(".")[0] for text in settings if text.startswith(prefix)}
    return found - {"metrics", "traefik"}
