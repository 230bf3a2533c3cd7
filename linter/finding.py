"""What a run says: plain frozen values that cross processes and that reporters print.

Nothing here computes; nothing here knows Kubernetes or YAML.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import field, record
from hullmark.linter.text import Edit, Region


class Severity(IntEnum):
    """How bad a finding is; compares by badness."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """Lower-case name, as written in options, configuration and reports."""
        return self.name.lower()


class Confidence(IntEnum):
    """How sure the rule is; low means that facts outside the files may decide otherwise."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2

    @property
    def label(self) -> str:
        """Lower-case name, as written in options, configuration and reports."""
        return self.name.lower()


class Profile(IntEnum):
    """Smallest profile that includes a rule; a larger profile includes the smaller ones.

    `OPT_IN` rules are in no profile: they run when selected by id or switched on by their key.
    """

    DEFAULT = 0
    STRICT = 1
    ALL = 2
    OPT_IN = 3

    @property
    def label(self) -> str:
        """Lower-case name with dashes, as written in options, configuration and reports."""
        return self.name.lower().replace("_", "-")


@record
class Location:
    """A place for people and programs: 1-based lines and columns, end column exclusive.

    `column` and `end_column` count code points; the `utf16_` pair counts UTF-16 units (SARIF).
    `snippet` is the text of `line` or, of a very long line, a part that starts at the 1-based
    `snippet_column`. Text is hostile: reporters escape it.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    utf16_column: int
    utf16_end_column: int
    snippet: str = ""
    snippet_column: int = 1

    @property
    def sort_key(self) -> tuple[str, int, int, int, int]:
        """Order of reports: path, then position."""
        return (self.path, self.line, self.column, self.end_line, self.end_column)


@record
class Related:
    """A further place with a note: why it matters to the finding."""

    location: Location
    message: str


@record
class ResourceRef:
    """Which object a finding is about, as written; empty strings where the text has none."""

    api_version: str
    kind: str
    namespace: str
    name: str
    container: str = ""

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place}" if place else self.kind


@record
class FileEdits:
    """Edits of one file, offsets in code points of its decoded text.

    `regions` are their lines and columns, in the same order; empty where nobody has looked them up.
    """

    path: str
    edits: tuple[Edit, ...]
    regions: tuple[Region, ...] = ()


@record
class Repair:
    """A fix ready to be applied: safe means that the program's behaviour cannot change.

    `removes` is how many objects it takes out of its file.
    """

    description: str
    safe: bool
    files: tuple[FileEdits, ...]
    removes: int = 0


class SuppressionKind(StrEnum):
    """Where a suppression was written; the order is from most to least specific."""

    COMMENT = "comment"
    ANNOTATION = "annotation"
    CONFIGURATION = "configuration"
    BASELINE = "baseline"


@record
class Suppression:
    """Why a finding is hidden: which waiver, its reason and its last day (ISO date or empty)."""

    kind: SuppressionKind
    reason: str
    until: str
    location: Location | None


class About(NamedTuple):
    """What a finding is about, for comparison with others: a pod, one of its containers, one of its volumes.

    `pod` is opaque and unlike that of any other pod of the run. `detail` is the value that was found, where
    it decides what else the finding covers.
    """

    pod: str
    container: str = ""
    volume: str = ""
    detail: str = ""


@record
class Finding:
    """One defect at one place.

    `related` is in the order in which an attacker would walk; `flow` is a path through several
    files (SARIF code flow). `field_path` names the field with list items by name. `fingerprint`
    is stable when lines move, containers are reordered and files are renamed; equal findings of
    one run differ by their occurrence, and share their `likeness`. `about` is what the finding is about, for
    comparison only; `absorbed_by` is the rule whose finding says more about the same defect, empty for findings
    of their own; `absorbs` are the rules of which this finding says more. `key` names the defect for the findings that
    follow from it, which have it among `implied_by`. `unless` names a circumstance under which there is no defect.
    `guess` is the path of what only its shape makes part of a pod.
    """

    rule: str
    severity: Severity
    confidence: Confidence
    profile: Profile
    message: str
    location: Location
    resource: ResourceRef | None = None
    field_path: str = ""
    related: tuple[Related, ...] = ()
    flow: tuple[Related, ...] = ()
    controls: tuple[str, ...] = ()
    fingerprint: str = ""
    fix: Repair | None = None
    suppression: Suppression | None = None
    about: tuple[About, ...] = ()
    absorbed_by: str = ""
    absorbs: tuple[str, ...] = ()
    key: str = ""
    implied_by: tuple[str, ...] = ()
    unless: str = ""
    guess: tuple[str, ...] = ()
    likeness: str = ""

    @property
    def sort_key(self) -> tuple[str, int, int, int, int, str, str]:
        """Order of reports: path, position, rule, message."""
        return (*self.location.sort_key, self.rule, self.message)


@record
class PodLevel:
    """How one pod fares against the Pod Security Standards.

    `label` tells it from other pods of its object, empty where there is one. `level` is the highest that it passes,
    empty where a controller adds to what is written; `failed` are the checks of level restricted that refuse it.
    """

    resource: ResourceRef
    label: str
    location: Location
    level: str
    failed: tuple[str, ...]


class ProblemKind(StrEnum):
    """What went wrong while looking; everything but `NOTE` makes the analysis incomplete."""

    UNREADABLE = "unreadable"
    BROKEN = "broken"
    LIMIT = "limit"
    CRASH = "crash"
    NOTE = "note"


@record
class Problem:
    """Something that was not understood: said aloud, never skipped in silence.

    Exactly one line of text. `path` is set even where no position is known.
    """

    kind: ProblemKind
    message: str
    path: str
    location: Location | None = None

    @property
    def incomplete(self) -> bool:
        """Whether the verdict of the run can no longer be trusted to be whole (exit code 3)."""
        return self.kind is not ProblemKind.NOTE

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Order of reports: path, position, message."""
        at = self.location
        return (self.path, at.line if at else 0, at.column if at else 0, self.message)


class SkipReason(StrEnum):
    """Why a discovered file was not judged."""

    NOT_MANIFEST = "not a manifest"
    NOT_RENDERED = "not rendered"
    BINARY = "binary"
    NOT_REGULAR = "not a regular file"
    LINK = "symbolic link"
    EXCLUDED = "excluded"
    UNREADABLE = "unreadable"
    BROKEN = "broken"


@record
class Skipped:
    """A discovered file that was not judged, and why (`detail` is one line or empty)."""

    path: str
    reason: SkipReason
    detail: str = ""


@record
class Summary:
    """Counts of a run. `files` = linted + skipped by reason + broken: every file is accounted for."""

    files: int
    linted: int
    documents: int
    resources: int
    skipped: tuple[tuple[str, int], ...] = ()
    suppressed: tuple[tuple[str, int], ...] = ()
    by_severity: tuple[tuple[str, int], ...] = ()
    fixable: int = 0


@record
class ControlVerdict:
    """How an input fares against one control of a framework. Waivers do not change it.

    `state` is one of the phrases of `hullmark controls`; `rules` failed, with `findings` in all, of which `waived`
    are suppressed. `manual`: the framework itself has it assessed by hand.
    """

    number: str
    title: str
    state: str
    rules: tuple[str, ...] = ()
    findings: int = 0
    waived: int = 0
    manual: bool = False


@record
class Report:
    """Everything a run has to say; the only input of reporters.

    `rules` are the ids that were enabled, sorted. `findings` are shown ones, `suppressed` hidden ones with their
    suppression, `absorbed` those of which another finding says more. Where the input is compared with an earlier
    one, `known` are findings that are not new, and `gone` those of then that are no more; all sorted. `seconds` is
    for people and stays out of formats that must be byte-identical from run to run. `pods` say how every pod fares
    against the Pod Security Standards of version `standard`, where that was asked for.
    Where the profile is a framework, `controls` holds every control of it, in its order.
    """

    version: str
    profile: str
    rules: tuple[str, ...]
    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...]
    summary: Summary
    seconds: float = 0.0
    notes: tuple[str, ...] = field(default=())
    absorbed: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    pods: tuple[PodLevel, ...] = ()
    standard: str = ""
    controls: tuple[ControlVerdict, ...] = ()
