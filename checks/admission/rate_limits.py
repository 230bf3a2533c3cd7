"""Rule about limits of events that limit nothing, or that keep the API server from starting."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.components.authorizers import RATE_LIMIT, lacks_rate_limit
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.documents import PLUGIN_FORMS, AdmissionConfiguration
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.model.cluster import EventLimits
from hullmark.linter.rule import Hit, because, manifest
from hullmark.linter.rule.settings.told import Told, at, told

_HUGE_QPS = 10_000
_FILE_FLAG = "admission-control-config-file"


def _limits(cluster: EventLimits) -> Iterator[Hit]:
    for _, document, _ in cluster.documents(AdmissionConfiguration.forms):
        for plugin in AdmissionConfiguration(document).plugins:
            configuration = plugin.get("configuration")
            if plugin.get("name").text == RATE_LIMIT and configuration.is_mapping:
                yield from _configuration(configuration)
    for _, document, _ in cluster.documents(PLUGIN_FORMS[RATE_LIMIT]):
        yield from _configuration(document.cursor)
    for _, server in cluster.named("kube-apiserver"):
        yield from _unconfigured(server)


def _configuration(configuration: Cursor) -> Iterator[Hit]:
    limits = configuration.get("limits")
    if limits.absent or (limits.is_sequence and not any(True for _ in limits.items())):
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


def _unconfigured(server: Component) -> Iterator[Hit]:
    """The plugin is enabled, and surely has no configuration."""
    enabled, file = server.effective("enable-admission-plugins"), server.effective(_FILE_FLAG)
    member = next((word for word in enabled.members if word.text == RATE_LIMIT), None)
    if member is None:
        return
    document = server.documents.get(_FILE_FLAG)
    text = "EventRateLimit is enabled without a configuration: the API server does not start"
    if file.given is False and (file.explicit or file.proof):
        yield at(member, text)
    elif document is not None and lacks_rate_limit(document):
        yield at(member, text, because(AdmissionConfiguration(document).parent("plugins"), "it is not among these"))


def _plugin(*lines: str) -> str:
    body = "\n".join(f"          {line}" for line in lines)
    return f"""
    apiVersion: apiserver.config.k8s.io/v1
    kind: AdmissionConfiguration
    plugins:
      - name: EventRateLimit
        configuration:
          apiVersion: eventratelimit.admission.k8s.io/v1alpha1
          kind: Configuration
{body}
    """


_ALONE = """
    apiVersion: eventratelimit.admission.k8s.io/v1alpha1
    kind: Configuration
    limits:
      - type: Server
        qps: {}
        burst: 100
"""
_SERVER = """
    apiVersion: v1
    kind: Pod
    metadata: {{name: kube-apiserver}}
    spec:
      containers:
        - name: kube-apiserver
          command:
            - kube-apiserver
            - --enable-admission-plugins=NodeRestriction,EventRateLimit{}
"""

RULES = told(
    "admission",
    EventLimits,
    {
        "event-rate-limit-without-limits": Told(
            "The limit of events limits nothing.",
            _limits,
            (
                manifest(_plugin("limits: []  # ! has no limits")),
                manifest(_plugin("limits:", "  - type: Server", "    qps: 0  # ! not positive", "    burst: 100")),
                manifest(_plugin("limits:", "  - {type: Server, qps: 90000, burst: 100}  # ! limits nothing")),
                manifest(_ALONE.format("-1  # ! not positive")),
                manifest(_SERVER.format("  # ! without a configuration")),
            ),
            (
                manifest(_plugin("limits:", "  - {type: Server, qps: 50, burst: 100}")),
                manifest(
                    _SERVER.format("\n            - --admission-control-config-file=/etc/kubernetes/admission.yaml")
                ),
            ),
            mentions=("EventRateLimit", "eventratelimit"),
        ),
    },
)
