"""What a setting amounts to for a component: its values, whether written or by default."""

from __future__ import annotations

from collections.abc import Callable

from hullmark.linter.manifest.components.setting import Setting
from hullmark.linter.manifest.components.values import Typed
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.place import Place


class Effective:
    """What a setting amounts to.

    `values` are the values over all target minors, none where it is unknown. `proof` says whether
    a rule may fail on it; a default of a partial view can only let a rule pass. Places and members
    are for those who report: most values are fine, and nobody asks where they stand.
    """

    __slots__ = ("_at", "explicit", "name", "proof", "setting", "values")

    def __init__(
        self,
        name: str,
        values: tuple[Typed, ...],
        proof: bool,
        at: Setting | Callable[[str], Place],
        explicit: bool = False,
    ) -> None:
        self.name = name
        self.values = values
        self.proof = proof
        self.explicit = explicit
        self.setting = at if explicit and isinstance(at, Setting) else None
        self._at = at

    @property
    def place(self) -> Place:
        """The value that counts, else where a missing one would be typed."""
        at = self._at
        return at.place if isinstance(at, Setting) else at(self.name)

    @property
    def members(self) -> tuple[Word, ...]:
        """Written members of a list or map."""
        setting = self.setting
        return () if setting is None or not setting.known.many else setting.members

    @property
    def known(self) -> bool:
        """Whether a value could be decided."""
        return bool(self.values)

    def always(self, value: Typed) -> bool:
        """Whether it is known and this value."""
        return self.values == (value,)

    @property
    def given(self) -> bool | None:
        """Whether it has a non-empty value; None where that is unknown."""
        found = {value not in (None, "", ()) for value in self.values}
        return found.pop() if len(found) == 1 else None
