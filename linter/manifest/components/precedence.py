"""Which settings a component ignores because of another one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hullmark.linter.manifest.components.setting import Occurrence
from hullmark.linter.manifest.components.wording import Brief

# https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/: deprecated flags are
# ignored when a configuration file is given; serving, authentication and authorization flags still count.
_SCHEDULER = frozenset({"profiling", "contention-profiling", "kubeconfig"})
_FILE = {"kube-scheduler": "config", "kube-proxy": "config", "etcd": "config-file"}


def shadow(component: str, written: Iterable[tuple[str, Occurrence]]) -> Callable[[str], bool] | None:
    """Says of a name whether a configuration file makes its flag dead; None where no file is given."""
    key = _FILE.get(component)
    return _dead(component, key is not None and any(name == key and each.text.strip() for name, each in written))


def shadow_of(component: str, briefs: Iterable[Brief]) -> Callable[[str], bool] | None:
    """`shadow`, from flags in brief; a bare flag reads as true."""
    key = _FILE.get(component)
    given = [value for name, value, _ in briefs if name == key]
    return _dead(component, any(value is None or value.strip() for value in given))


def _dead(component: str, given: bool) -> Callable[[str], bool] | None:
    if not given:
        return None
    if component == "kube-scheduler":
        return _scheduler
    return _kube_proxy if component == "kube-proxy" else _etcd


def _scheduler(name: str) -> bool:
    return name in _SCHEDULER or name.startswith("kube-api-")


def _kube_proxy(name: str) -> bool:
    return name not in ("config", "hostname-override")


def _etcd(name: str) -> bool:
    return name != "config-file"
