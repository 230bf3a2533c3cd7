"""Settings of a run as plain values: defaults, then the configuration file, then the command line."""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.finding import Confidence, Severity
from hullmark.linter.manifest.context import NEWEST_KNOWN, Context, ExpectedPowers, Minor
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import field, record
from hullmark.linter.text import Source, Span

PROFILES = ("default", "strict", "all")
"""Profiles by size; framework profiles select by control and are named by the registry."""

TODAY_OFF = "1970-01-01"
"""The day on which nothing has expired yet: what `today: off` means to rules that compare dates."""


@record
class ConfigWaiver:
    """One entry of `waivers:`; empty strings match everything. Globs are not expanded here.

    `spans` are the places of its keys' values in `source`, for findings about the waiver itself;
    `span` is the place of the whole entry (its first key).
    """

    source: Source
    span: Span
    rule: str = ""
    family: str = ""
    path: str = ""
    resource: str = ""
    container: str = ""
    bundle: str = ""
    reason: str = ""
    until: str = ""
    owner: str = ""
    spans: Mapping[str, Span] = field(default_factory=dict)

    def at(self, key: str) -> Span:
        """Place of the value under `key`, else of the entry."""
        return self.spans.get(key, self.span)


class WaiverSettings(NamedTuple):
    """What a waiver has to say to count as a good one; None: no limit."""

    warn_days: int = 14
    require_reason: bool = False
    require_until: bool = False
    max_days: int | None = None


class RuleSettings(NamedTuple):
    """What the configuration says about one rule; None: nothing. Its options are in `Settings.options`."""

    severity: Severity | None = None
    enabled: bool | None = None


class BundleSettings(NamedTuple):
    """One entry of `bundles:`: the manifests below `paths` are applied together."""

    name: str
    paths: tuple[str, ...]
    complete: bool = False
    namespace: str = ""


class Limits(NamedTuple):
    """Bounds of one file; what exceeds them is a problem, never a silent skip."""

    file_size: int = 20 * 1024 * 1024


_WAIVER = WaiverSettings()
_LIMITS = Limits()


@record
class Settings:
    """Everything that the user decided about a run.

    `fail_on` None means never. `today` is an ISO date, `data`, `off` or empty (not decided here).
    `complete` is `cluster`, `bundle`, or names of namespaces joined by commas. `options` holds the
    checked option keys by dotted name, those of single rules as `rules.<id>.<option>`. `rules`
    maps ids to what is said about them. `known_workloads` extend the table of infrastructure. `source` is the
    configuration file that was read.
    """

    profile: str = "default"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.MEDIUM
    min_confidence: Confidence = Confidence.LOW
    kubernetes: Minor | None = None
    today: str = ""
    exclude: tuple[str, ...] = ()
    rules: Mapping[str, RuleSettings] = field(default_factory=dict)
    waivers: tuple[ConfigWaiver, ...] = ()
    waiver: WaiverSettings = _WAIVER
    bundles: tuple[BundleSettings, ...] = ()
    complete: str = ""
    respect: tuple[str, ...] = ()
    limits: Limits = _LIMITS
    options: Mapping[str, object] = field(default_factory=dict)
    known_workloads: tuple[ExpectedPowers, ...] = ()
    source: Source | None = None

    def context(self, today: str) -> Context:
        """What rules may know of these settings; `today` is the resolved ISO date of the run."""
        return Context(
            kubernetes=self.kubernetes or NEWEST_KNOWN,
            pinned=self.kubernetes is not None,
            today=TODAY_OFF if self.today == "off" else today,
            complete=self.complete,
            options=self.options,
            known_workloads=self.known_workloads,
        )
