"""Options of `hullmark lint`, as one table: typer's command, the quick parser and the docs are made from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hullmark.linter.named_tuple import NamedTuple

SEVERITIES = ("critical", "high", "medium", "low", "info")
FORMATS = ("text", "sarif", "json", "github", "junit", "gitlab", "markdown")


class Option(NamedTuple):
    """One option. `words` restrict its values; without `metavar` it is a switch; `many` may be repeated."""

    name: str
    flags: tuple[str, ...]
    help: str
    metavar: str = ""
    words: tuple[str, ...] = ()
    many: bool = False
    number: bool = False
    default: str = ""

    @property
    def field(self) -> str:
        """Name of the value in `LintOptions`."""
        return self.name.replace("-", "_")

    @property
    def initial(self) -> object:
        """The value where the option is not given."""
        if self.many:
            return ()
        return None if self.metavar else False


def _text(name: str, metavar: str, help: str, *short: str, many: bool = False, default: str = "") -> Option:  # noqa: A002
    return Option(name, (*short, f"--{name}"), help, metavar, many=many, default=default)


def _word(name: str, words: tuple[str, ...], help: str, *short: str, default: str) -> Option:  # noqa: A002
    return Option(name, (*short, f"--{name}"), help, "|".join(words), words, default=default)


def _switch(name: str, help: str, *short: str) -> Option:  # noqa: A002
    return Option(name, (*short, f"--{name}"), help)


LINT: tuple[Option, ...] = (
    _word("format", FORMATS, "What is printed.", "-f", default="text"),
    _text("output", "FORMAT=FILE", "Write this format to a file as well. Repeatable.", "-o", many=True),
    _text("profile", "NAME", "Rules to run: default, strict, all, or a framework.", "-p", default="default"),
    _text("pss", "LEVEL[@VERSION]", "Judge by a Pod Security level alone, such as restricted@v1.34."),
    _text("select", "RULE", "Run only these rules: ids, families, controls. Repeatable.", "-s", many=True),
    _text("ignore", "RULE", "Do not run these rules. Repeatable.", "-i", many=True),
    _text("exclude", "PATTERN", "Do not lint these files, as in .gitignore. Repeatable.", "-x", many=True),
    _word("fail-on", (*SEVERITIES, "never"), "Lowest severity that fails the run.", default="medium"),
    _word("min-confidence", ("high", "medium", "low"), "Leave out findings that are less sure.", default="low"),
    _text("kubernetes-version", "VERSION", "Version of the cluster, such as 1.34.", "-k"),
    _text("config", "FILE", "Configuration, instead of hullmark.yaml at the root.", "-c"),
    _text("today", "DATE", "Compare dates with this day, `data` or `off`, not with the real one."),
    _text("stdin-filename", "PATH", "What standard input is called in reports."),
    _text("baseline", "FILE", "Hide the findings that this file knows (`hullmark baseline` writes it)."),
    _text("base", "REV", "Show only what is new since this commit; `auto`: since the target branch.", "-b"),
    _switch("changed-lines", "Of what is new, show only what lies in changed lines. Without --base: since HEAD."),
    _switch("staged", "Lint what is staged in git, not the files."),
    _switch("no-cross-file", "Leave out rules that need more than one file."),
    _switch("force-exclude", "Exclude also files that are named."),
    _switch("fix", "Make the fixes that cannot change what runs."),
    _switch("diff", "Print what --fix would change, and change nothing."),
    _switch("unsafe", "With --fix or --diff: also fixes that may change what runs."),
    _word("sarif-fingerprint", ("github", "logical", "none"), "How GitHub recognises alerts.", default="github"),
    _text("sarif-category", "NAME", "Category of the SARIF run, for several uploads of one commit."),
    _switch("sarif-include-suppressed", "Write suppressed findings into SARIF, too."),
    _switch("show-suppressed", "List suppressed findings, too."),
    _switch("show-absorbed", "List findings that stronger ones cover, too."),
    _switch("statistics", "Count findings by rule."),
    _switch("quiet", "One line a finding, nothing else.", "-q"),
    _switch("verbose", "Say also what was left out, and why.", "-v"),
    _word("color", ("auto", "always", "never"), "Colours in text.", default="auto"),
    _switch("no-progress", "No progress bar."),
    Option("jobs", ("-j", "--jobs"), "Processes that work in parallel. Default: one a core.", "N", number=True),
)

_BY_FLAG: Mapping[str, Option] = {flag: option for option in LINT for flag in option.flags}


class LintOptions(NamedTuple):
    """What the command line said; None and empty tuples leave a decision to the configuration."""

    paths: tuple[str, ...] = ()
    format: str | None = None
    output: tuple[str, ...] = ()
    profile: str | None = None
    pss: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fail_on: str | None = None
    min_confidence: str | None = None
    kubernetes_version: str | None = None
    config: str | None = None
    today: str | None = None
    stdin_filename: str | None = None
    baseline: str | None = None
    base: str | None = None
    changed_lines: bool = False
    staged: bool = False
    no_cross_file: bool = False
    force_exclude: bool = False
    fix: bool = False
    diff: bool = False
    unsafe: bool = False
    sarif_fingerprint: str | None = None
    sarif_category: str | None = None
    sarif_include_suppressed: bool = False
    show_suppressed: bool = False
    show_absorbed: bool = False
    statistics: bool = False
    quiet: bool = False
    verbose: bool = False
    color: str | None = None
    no_progress: bool = False
    jobs: int | None = None


def quick(arguments: list[str]) -> LintOptions | None:
    """The options in plain spelling, or None: then typer decides, and says what is wrong.

    Importing typer costs more than linting a small file does. What this function does not fully
    understand it leaves alone, so that both always agree (a test compares them).
    """
    values: dict[str, object] = {}
    paths: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            paths.extend(waiting)
        elif word == "-" or not word.startswith("-"):
            paths.append(word)
        elif not _take(word, waiting, values):
            return None
    return LintOptions(paths=tuple(paths), **values)  # type: ignore[arg-type]  # _take keeps to the types of the table


def _take(word: str, waiting: Iterator[str], values: dict[str, object]) -> bool:
    """Takes one option and its value into `values`; False where that is not plainly possible."""
    flag, equals, value = word.partition("=")
    option = _BY_FLAG.get(flag)
    if option is None or (equals and not flag.startswith("--")):
        return False
    if not option.metavar:
        values[option.field] = True
        return not equals
    if not equals:
        value = next(waiting, "-")
        if value.startswith("-"):
            return False
    if option.number:
        if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 1024):
            return False
        values[option.field] = int(value)
    elif option.many:
        earlier = values.get(option.field)
        values[option.field] = (*earlier, value) if isinstance(earlier, tuple) else (value,)
    elif not value or (option.words and value not in option.words):
        return False
    else:
        values[option.field] = value
    return True
