"""Rules about KubeSchedulerConfiguration files."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.documents import SchedulerConfiguration
from hullmark.linter.manifest.components.values import loopback, templated, url_host
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, told

_OPEN_DIRECTORIES = ("/tmp/", "/var/tmp/", "/home/", "/mnt/")  # noqa: S108  # paths to look for, not to write to


def _extenders(document: SchedulerConfiguration) -> Iterator[Hit]:
    for extender in document.cursor.get("extenders").items():
        prefix = extender.get("urlPrefix")
        text = prefix.text or ""
        if text.lower().startswith("http://") and not templated(text) and not loopback(url_host(text)):
            yield at(prefix, "the extender is spoken to in clear text")
        insecure = extender.get("tlsConfig", "insecure")
        if insecure.truth:
            yield at(insecure, "the certificate of the extender is not verified")


def _kubeconfig(document: SchedulerConfiguration) -> Iterator[Hit]:
    field = document.cursor.get("clientConnection", "kubeconfig")
    text = field.text or ""
    if text and not templated(text) and (not text.startswith("/") or text.startswith(_OPEN_DIRECTORIES)):
        yield at(field, f"the kubeconfig of the scheduler is {text!r}")


def _config(*lines: str) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"""
    apiVersion: kubescheduler.config.k8s.io/v1
    kind: KubeSchedulerConfiguration
{body}
    """


RULES = told(
    "scheduler",
    SchedulerConfiguration,
    {
        "extender-without-tls": Told(
            "Scheduler trusts an extender without TLS.",
            _extenders,
            (
                manifest(_config("extenders:", "  - urlPrefix: http://extender.example/filter  # !")),
                manifest(_config("extenders:", "  - tlsConfig:", "      insecure: true  # !")),
            ),
            (manifest(_config("extenders:", "  - urlPrefix: https://extender.example/filter")),),
        ),
        "kubeconfig-outside-protected-directory": Told(
            "Scheduler reads its credentials from an open directory.",
            _kubeconfig,
            (manifest(_config("clientConnection:", "  kubeconfig: /tmp/scheduler.conf  # !")),),
            (manifest(_config("clientConnection:", "  kubeconfig: /etc/kubernetes/scheduler.conf")),),
        ),
    },
    carried=True,
)
