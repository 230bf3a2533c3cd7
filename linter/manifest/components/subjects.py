"""What rules about components judge: one class a component, so that a run imports only the rules it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import ALL, components
from hullmark.linter.manifest.components.embedded import CARRIERS
from hullmark.linter.manifest.components.glance import may_hold_components, may_hold_kubelets, speaks_of_kubelets
from hullmark.linter.manifest.resource import KindSet, Resource


class Process:
    """A component as the subject of rules. Rules of every component judge this class itself."""

    kinds: ClassVar[KindSet | None] = ALL
    by_content: ClassVar[bool] = True
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_hold_components)
    names: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, component: Component) -> None:
        self.component = component

    def __str__(self) -> str:
        return self.component.name

    @property
    def fine(self) -> set[object] | None:
        """What was found to be in order in processes that say the same."""
        return self.component.fine

    @classmethod
    def of(cls, resource: Resource) -> Iterable[Process]:
        """Every component that `resource` describes and that has one of the names (none: any)."""
        names = cls.names
        return [cls(component) for component in components(resource) if not names or component.name in names]


class KubeletPart(Process):
    """A kubelet, or one of its parts: what is linked before it is judged."""

    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_hold_kubelets)
    names = frozenset({"kubelet"})

    @classmethod
    def of(cls, resource: Resource) -> Iterable[Process]:
        """Every kubelet that `resource` describes."""
        # In the main process every resource is asked again, and most files never mention a kubelet.
        return super().of(resource) if resource.gk in CARRIERS or speaks_of_kubelets(resource.cursor.source) else ()


class ApiServerPart(Process):
    """A kube-apiserver, or a file that decides something for one: what is linked before it is judged."""

    names = frozenset({"kube-apiserver"})


class ControllerManagerPart(Process):
    """A kube-controller-manager, or a template of one."""

    names = frozenset({"kube-controller-manager"})


class SchedulerPart(Process):
    """A kube-scheduler, or its configuration file."""

    names = frozenset({"kube-scheduler"})


class EtcdPart(Process):
    """A member of an etcd cluster, or its configuration file."""

    names = frozenset({"etcd"})


class KubeProxyPart(Process):
    """A kube-proxy, or its configuration file."""

    names = frozenset({"kube-proxy"})
