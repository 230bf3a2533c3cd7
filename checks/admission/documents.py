"""Rules about configurations of admission plugins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.components.documents import AdmissionConfiguration
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.rule import Fix, Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, replaced, told

_HUGE_QPS = 10_000


def _fails_open(document: AdmissionConfiguration) -> Iterator[Hit]:
    for plugin in document.plugins:
        if plugin.get("name").text == "ImagePolicyWebhook":
            field = plugin.get("configuration", "imagePolicy", "defaultAllow")
            if field.text == "true":
                yield at(field, "images are admitted while the webhook does not answer", fix=_closed(field))


def _closed(field: Cursor) -> Fix | None:
    return replaced(field, "false", "refuse images while the webhook does not answer")


def _limits(document: AdmissionConfiguration) -> Iterator[Hit]:
    for plugin in document.plugins:
        configuration = plugin.get("configuration")
        if plugin.get("name").text != "EventRateLimit" or not configuration.is_mapping:
            continue
        limits = configuration.get("limits")
        if not any(True for _ in limits.items()):
            yield at(limits, "EventRateLimit has no limits: the API server does not start")
        for limit in limits.items():
            yield from _limit(limit)


def _limit(limit: Cursor) -> Iterator[Hit]:
    for key in ("qps", "burst"):
        field = limit.get(key)
        number = int(field.text) if field.text and re.fullmatch(r"-?[0-9]{1,19}", field.text) else None
        if number is None and field.present:
            continue
        if number is None or number <= 0:
            yield at(field, f"{key} of a limit is not positive: the API server does not start")
        elif key == "qps" and number > _HUGE_QPS:
            yield at(field, f"a limit of {number} events a second limits nothing", severity=Severity.LOW)


def _elsewhere(document: AdmissionConfiguration) -> Iterator[Hit]:
    for plugin in document.plugins:
        path = plugin.get("path")
        if path.text and plugin.get("configuration").absent:
            yield at(
                path, f"the configuration of {plugin.get('name').text!r} is in {path.text!r}, which was not judged"
            )


def _plugin(name: str, *lines: str) -> str:
    body = "\n".join(f"        {line}" for line in lines)
    return f"""
    apiVersion: apiserver.config.k8s.io/v1
    kind: AdmissionConfiguration
    plugins:
      - name: {name}
{body}
    """


def _rate(*lines: str) -> str:
    head = ("configuration:", "  apiVersion: eventratelimit.admission.k8s.io/v1alpha1", "  kind: Configuration")
    return _plugin("EventRateLimit", *head, *(f"  {line}" for line in lines))


RULES = told(
    "admission",
    AdmissionConfiguration,
    {
        "image-policy-fails-open": Told(
            "Images are admitted while their judge does not answer.",
            _fails_open,
            (
                manifest(
                    _plugin("ImagePolicyWebhook", "configuration:", "  imagePolicy:", "    defaultAllow: true  # !"),
                    _plugin("ImagePolicyWebhook", "configuration:", "  imagePolicy:", "    defaultAllow: false"),
                ),
            ),
            (manifest(_plugin("ImagePolicyWebhook", "configuration:", "  imagePolicy: {defaultAllow: false}")),),
        ),
        "event-rate-limit-without-limits": Told(
            "The limit of events limits nothing.",
            _limits,
            (
                manifest(_rate("limits: []  # ! has no limits")),
                manifest(_rate("limits:", "  - type: Server", "    qps: 0  # ! not positive", "    burst: 100")),
                manifest(_rate("limits:", "  - {type: Server, qps: 90000, burst: 100}  # ! limits nothing")),
            ),
            (manifest(_rate("limits:", "  - {type: Server, qps: 50, burst: 100}")),),
        ),
        "plugin-config-not-in-input": Told(
            "The configuration of an admission plugin was not judged.",
            _elsewhere,
            (manifest(_plugin("EventRateLimit", "path: limits.yaml  # !")),),
            (manifest(_rate("limits:", "  - {type: Server, qps: 50, burst: 100}")),),
        ),
    },
)
