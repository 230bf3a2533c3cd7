"""What a rule about several resources can be about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, Self, runtime_checkable

from hullmark.linter.model.bundle import Bundle


@runtime_checkable
class BundleSubject(Protocol):
    """A subject that only the resources of a bundle together make.

    A class may say `kinds` and `glance`, as subjects inside one resource do: a bundle in which none of
    these kinds occurs, or no resource of them passes the glance, has no such subject, and its module is
    not even imported for it. A glance is a function of a resource, in a small module of its own; what
    it turns away can surely not make a subject.
    """

    @classmethod
    def among(cls, bundle: Bundle) -> Iterable[Self]:
        """Every subject in `bundle`, in a stable order."""
        ...
