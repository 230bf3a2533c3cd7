"""What clients of tunnels are told to publish: in files of ConfigMaps that they mount, arguments, and variables.

https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/local-management/configuration-file/
https://github.com/fatedier/frp/blob/dev/conf/frpc_full_example.toml
https://ngrok.com/docs/agent/config/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from hullmark.linter.manifest.commands import part_of
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.data import ConfigMap
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import Container
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import UNKNOWN, Control, on
from hullmark.linter.model.exposure.documents import documents_in
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_SECTION = regex(r"^[ \t]*\[{1,2}[ \t]*(?P<name>[^\]\n]+?)[ \t]*\]{1,2}[ \t]*$", re.MULTILINE)
_PAIR = regex(r"^[ \t]*(?P<key>[A-Za-z_.]+)[ \t]*=[ \t]*(?P<value>[^\n]*?)[ \t]*$", re.MULTILINE)
_SECRET_SORTS = ("stcp", "xtcp", "sudp")
"""Kinds of tunnels of frp that only a visitor with the key of the tunnel can use."""
_NGROK_SORTS = ("http", "tcp", "tls")
_NGROK_HOSTS = ("--url", "--domain", "--hostname")


class Published(NamedTuple):
    """One address that a tunnel publishes, and what it leads to, as written. `host` is empty for any."""

    host: str
    path: str
    target: str
    place: Place
    auth: Control = UNKNOWN
    http: bool = True


def published(bundle: Bundle, container: Container, sort: str) -> Iterator[Published]:
    """Everything that a client of a tunnel is told to publish where the input shows it."""
    for resource, field in _files(bundle, container):
        if sort == "frp" and "proxies:" not in (field.text or ""):
            yield from _frp_text(field)
            continue
        for root in documents_in(resource, field):
            yield from _DOCUMENTS.get(sort, _unread)(root)
    yield from _COMMANDS.get(sort, _unread)(container)


def _files(bundle: Bundle, container: Container) -> Iterator[tuple[ConfigMap, StrField]]:
    """Texts of the ConfigMaps that the container mounts."""
    mounted = {mount.name.value for mount in container.volume_mounts}
    names = {each.config_map.name.value for each in container.pod.volumes if each.name.value in mounted}
    home = bundle.namespace_of(container.resource).name
    for found in bundle.each(ConfigMap) if names - {None} else ():
        if found.name in names and bundle.namespace_of(found).name == home:
            for _, field in found.data.fields():
                yield found, field


def _unread(_: Cursor | Container) -> Iterator[Published]:
    return iter(())


def _cloudflared(root: Cursor) -> Iterator[Published]:
    common = root.get("originRequest", "access", "required")
    for item in root.get("ingress").items():
        service = item.get("service")
        own = item.get("originRequest", "access", "required")
        asked = own if own.present else common
        if service.text:
            yield Published(
                item.get("hostname").text or "",
                item.get("path").text or "",
                service.text,
                service.place,
                on(asked) if asked.text == "true" else UNKNOWN,
                service.text.startswith("http"),
            )


def _ngrok(root: Cursor) -> Iterator[Published]:
    for _, tunnel in root.get("tunnels").entries():
        host = tunnel.get("hostname") if tunnel.get("hostname").present else tunnel.get("domain")
        yield from _ngrok_end(tunnel.get("addr"), host.text or "", tunnel.get("proto").text or "http")
    for item in root.get("endpoints").items():
        scheme, _, rest = (item.get("url").text or "").rpartition("://")
        yield from _ngrok_end(item.get("upstream", "url"), rest.partition(":")[0], scheme or "http")


def _ngrok_end(target: Cursor, host: str, scheme: str) -> Iterator[Published]:
    if target.text:
        yield Published(host, "", target.text, target.place, http=scheme.startswith("http"))


def _frp(root: Cursor) -> Iterator[Published]:
    for item in root.get("proxies").items():
        if item.get("type").text not in _SECRET_SORTS and item.get("localIP").text:
            hosts = [each.text or "" for each in item.get("customDomains").items()] or [""]
            target = f"{item.get('localIP').text}:{item.get('localPort').text or ''}"
            for host in hosts:
                yield Published(host, "", target, item.get("localIP").place, http=item.get("type").text == "http")


def _frp_text(field: StrField) -> Iterator[Published]:
    """Sections of TOML or of the older format; both write one pair a line."""
    text = field.text or ""
    heads = [each for each in _SECTION.finditer(text) if "." not in each["name"]]
    for number, head in enumerate(heads):
        end = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        pairs = {each["key"].replace("_", "").lower(): each for each in _PAIR.finditer(text, head.end(), end)}
        values = {key: each["value"].split(" #")[0].strip() for key, each in pairs.items()}
        local = values.get("localip", "").strip("\"'")
        if head["name"] == "common" or not local or values.get("type", "").strip("\"'") in _SECRET_SORTS:
            continue
        place = part_of(field.cursor, pairs["localip"].start("value"), pairs["localip"].end("value"))
        hosts = [part.strip(" \"'") for part in values.get("customdomains", "").strip("[]").split(",")]
        for host in hosts:
            target = f"{local}:{values.get('localport', '')}"
            yield Published(host, "", target, place, http=values.get("type", "").strip("\"'") == "http")


def _cloudflared_command(container: Container) -> Iterator[Published]:
    for value, item in _options(container, "--url"):
        yield Published("", "", value, item.place, http=value.startswith("http"))
    for variable in container.env:
        if variable.name.value == "TUNNEL_URL" and variable.value.value:
            yield Published("", "", variable.value.value, variable.value.place)


def _ngrok_command(container: Container) -> Iterator[Published]:
    words = [(item.value or "", item) for item in (*container.command.items, *container.args.items)]
    host = next((value.rpartition("://")[2] for name in _NGROK_HOSTS for value, _ in _options(container, name)), "")
    for at, (word, _) in enumerate(words):
        target = next(((text, item) for text, item in words[at + 1 :] if text and not text.startswith("-")), None)
        if word in _NGROK_SORTS and target is not None:
            yield Published(host, "", target[0], target[1].place, http=word == "http")
            return


def _inlets_command(container: Container) -> Iterator[Published]:
    """`--upstream http://web:80`, or with host names before: `a.example.com=http://web:80,b.example.com=...`."""
    for value, item in _options(container, "--upstream"):
        for part in value.split(","):
            host, given, target = part.strip().rpartition("=")
            yield Published(host if given else "", "", target, item.place)


def _options(container: Container, name: str) -> Iterator[tuple[str, StrField]]:
    """Values of an option, behind an equals sign or as the next word."""
    items = (*container.command.items, *container.args.items)
    for at, item in enumerate(items):
        word, given, value = (item.value or "").partition("=")
        if word == name and given:
            yield value.strip("\"'"), item
        elif word == name and at + 1 < len(items) and items[at + 1].value:
            yield items[at + 1].value or "", items[at + 1]


_DOCUMENTS: dict[str, Callable[[Cursor], Iterator[Published]]] = {
    "cloudflared": _cloudflared,
    "ngrok": _ngrok,
    "frp": _frp,
}
_COMMANDS: dict[str, Callable[[Container], Iterator[Published]]] = {
    "cloudflared": _cloudflared_command,
    "ngrok": _ngrok_command,
    "inlets": _inlets_command,
}
