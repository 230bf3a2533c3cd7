"""Whether files of a bundle configure one process together, told by the names of files alone.

What a file says about a component is the whole truth unless the component reads another file of the bundle. Names
decide that before anybody reads the files again: a tie that is none costs time and changes no verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hullmark.linter.manifest.components.forms import CLUSTER_CLASS, ENVIRONMENT, FILES, KUBELET, RANCHER, UNIT
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.text import Source

_FORMS: KindSet = KUBELET.union(*(forms for files in FILES.values() for forms in files.values()))
"""Kinds of files that a component reads."""


class Ties(NamedTuple):
    """Base names of files: of those that components of a file read, and of documents that its objects hold.

    `elsewhere`: files of nodes may take their content from Secrets; that is known of a file, not of one of its objects.
    """

    reads: frozenset[str] = frozenset()
    holds: frozenset[str] = frozenset()
    elsewhere: bool = False


def joined(found: Iterable[Ties], source: Source) -> Ties:
    """The ties of all resources of a file."""
    reads: set[str] = set()
    holds: set[str] = set()
    for each in found:
        reads |= each.reads
        holds |= each.holds
    return Ties(frozenset(reads), frozenset(holds), source.mentions("contentFrom"))


def tied(bundle: Bundle, known: Mapping[str, Ties]) -> bool:
    """Whether something of a bundle may have to be joined before it is judged; `known` are the ties of its files."""
    if bundle.by_kind(*CLUSTER_CLASS) or _units(bundle) or _fragments(bundle):
        return True
    found = known.values()
    if any(each.elsewhere for each in found):
        return True
    reads = frozenset[str]().union(*[each.reads for each in found])
    if not reads:
        return False
    paths = (each.cursor.source.path for form in _FORMS for each in bundle.by_kind(*form))
    files = (path.rpartition("/")[2] for path in paths)
    return not reads.isdisjoint(files) or any(not reads.isdisjoint(each.holds) for each in found)


def _units(bundle: Bundle) -> bool:
    """Whether a unit may have drop-ins or files of variables."""
    units = len(bundle.by_kind("", UNIT))
    return units > 0 and units + len(bundle.by_kind("", ENVIRONMENT)) > 1


def _fragments(bundle: Bundle) -> bool:
    """Whether files of k3s or RKE2 may be merged."""
    return sum(len(bundle.by_kind(*kind)) for kind in RANCHER) > 1
