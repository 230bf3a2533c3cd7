"""What a rule about several resources can be about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, Self, runtime_checkable

from hullmark.linter.model.bundle import Bundle


@runtime_checkable
class BundleSubject(Protocol):
    """A subject that only the resources of a bundle together make."""

    @classmethod
    def among(cls, bundle: Bundle) -> Iterable[Self]:
        """Every subject in `bundle`, in a stable order."""
        ...
