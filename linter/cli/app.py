"""The commands as typer sees them. What they do is imported when they are called."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import typer

from hullmark.linter.cli import stop
from hullmark.linter.cli.arguments import Config, Form, Paths
from hullmark.linter.cli.graph_app import graph
from hullmark.linter.cli.options import LINT, LintOptions, Option

app = typer.Typer(
    name="hullmark",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run_typer(arguments: list[str]) -> int:
    """Runs one command and returns the exit code; whatever is wrong with its words is one line on standard error."""
    try:
        code = app(arguments or ["--help"], prog_name="hullmark", standalone_mode=False)
    except typer.TyperException as error:
        return stop.misused(error.format_message(), arguments)
    except typer.Abort:
        return stop.INTERRUPTED
    return code if isinstance(code, int) else 0


def _show_version(wanted: bool) -> None:
    if wanted:
        from hullmark.linter.cli.version import installed_version

        sys.stdout.write(f"hullmark {installed_version()}\n")
        raise typer.Exit


@app.callback()
def _hullmark(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Finds in Kubernetes manifests and component files what would let an attacker in."""


def _lint(**given: Any) -> int:
    """Lint files and folders.

    Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or
    configuration, 3 the analysis is incomplete.
    """
    from hullmark.linter.cli.lint import lint

    said: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items() if value is not None
    }
    return lint(LintOptions(**said))


def _signature() -> Iterator[inspect.Parameter]:
    """Parameters of `lint`, as typer reads them from a function."""
    where = typer.Argument(
        metavar="PATH", help="Files and folders to lint; - is standard input. Default: here.", show_default=False
    )
    keyword = inspect.Parameter.KEYWORD_ONLY
    yield inspect.Parameter("paths", keyword, default=None, annotation=Annotated[list[str] | None, where])
    for option in LINT:
        yield inspect.Parameter(
            option.field, keyword, default=False if not option.metavar else None, annotation=_annotation(option)
        )


def _annotation(option: Option) -> Any:
    limits: dict[str, Any] = {"min": 1, "max": 1024} if option.number else {}
    default = f" [default: {option.default}]" if option.default else ""
    said = typer.Option(
        *option.flags,
        help=option.help + default,
        metavar=option.metavar or None,
        show_default=False,
        autocompletion=_completion(option),
        **limits,
    )
    if not option.metavar:
        return Annotated[bool, said]
    if option.number:
        return Annotated[int | None, said]
    if option.many:
        return Annotated[list[str] | None, said]
    return Annotated[Literal[option.words] | None if option.words else str | None, said]


def _completion(option: Option) -> Any:
    if option.name in ("select", "ignore"):
        return _names
    return None


def _names(incomplete: str) -> list[str]:
    from hullmark.linter.cli.names import starting_with

    return starting_with(incomplete)


_lint.__signature__ = inspect.Signature(list(_signature()), return_annotation=int)  # type: ignore[attr-defined]
app.command("lint")(_lint)


_Color = Annotated[Literal["auto", "always", "never"], typer.Option(help="Colours.", show_default=False)]


@app.command()
def explain(
    name: Annotated[
        str,
        typer.Argument(
            metavar="RULE", help="Id of a rule; a family or a control lists its rules.", autocompletion=_names
        ),
    ],
    color: _Color = "auto",
) -> int:
    """Explain a rule: what is wrong, why it matters, what to type instead."""
    from hullmark.linter.cli import describe

    return describe.explain(name, color)


@app.command()
def rules(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Rules, families or controls. Default: all.", autocompletion=_names),
    ] = None,
    profile: Annotated[str, typer.Option("-p", "--profile", metavar="PROFILE", help="Rules of this profile.")] = "",
    framework: Annotated[
        str, typer.Option("--framework", metavar="NAME", help="What files decide of its controls, such as cis-1.12.")
    ] = "",
    form: Annotated[Literal["text", "json"], typer.Option("-f", "--format", help="What is printed.")] = "text",
    color: _Color = "auto",
) -> int:
    """List the rules."""
    from hullmark.linter.cli import describe

    if framework:
        from hullmark.linter.cli import frameworks

        return frameworks.show_framework(framework, form)
    return describe.rules(tuple(names or ()), profile, form, color)


@app.command()
def init(force: Annotated[bool, typer.Option("--force", help="Replace hullmark.yaml.")] = False) -> int:
    """Write a hullmark.yaml in which every key is explained."""
    from hullmark.linter.cli import start

    return start.init(force)


@app.command()
def baseline(
    paths: Paths = None,
    file: Annotated[
        str, typer.Option("--file", metavar="FILE", help="Default: hullmark-baseline.json at the root.")
    ] = "",
    prune: Annotated[bool, typer.Option("--prune", help="Only take out what is no longer found.")] = False,
    profile: Annotated[str, typer.Option("-p", "--profile", metavar="PROFILE", help="Rules of this profile.")] = "",
    select: Annotated[
        list[str] | None, typer.Option("-s", "--select", metavar="RULE", help="Only these rules.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option("-i", "--ignore", metavar="RULE", help="Not these rules.")] = None,
    exclude: Annotated[list[str] | None, typer.Option("-x", "--exclude", metavar="PATTERN", help="Not these.")] = None,
    config: Config = "",
    today: Annotated[str, typer.Option("--today", metavar="DATE", help="As in lint.", show_default=False)] = "",
) -> int:
    """Write down what is found now, so that `lint --baseline` tells only what is new."""
    from hullmark.linter.cli.baseline import baseline as write_baseline

    options = LintOptions(
        paths=tuple(paths or ()),
        profile=profile or None,
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        exclude=tuple(exclude or ()),
        config=config or None,
        today=today or None,
    )
    return write_baseline(options, file, prune)


@app.command("who-can")
def who_can(
    verb: Annotated[str, typer.Argument(metavar="VERB", help="get, list, create, bind, ...")],
    resource: Annotated[
        str, typer.Argument(metavar="RESOURCE", help="secrets, pods/exec, deployments.apps, or a path: /metrics.")
    ],
    paths: Paths = None,
    namespace: Annotated[str, typer.Option("-n", "--namespace", help="In this namespace; default: in all.")] = "",
    name: Annotated[str, typer.Option("--name", help="The object of this name.")] = "",
    built_in: Annotated[bool, typer.Option("--built-in", help="Also by bindings that every cluster has.")] = False,
    form: Form = "text",
    config: Config = "",
) -> int:
    """List who can do something, and which rules allow it."""
    from hullmark.linter.cli import access

    options = access.WhoCanOptions(namespace=namespace, name=name, built_in=built_in, form=form, config=config)
    return access.who_can(verb, resource, tuple(paths or ()), options)


@app.command("can-they")
def can_they(
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="namespace/account, User:name or Group:name.", show_default=False)
    ],
    paths: Paths = None,
    form: Form = "text",
    config: Config = "",
) -> int:
    """List what somebody can do, and what it amounts to."""
    from hullmark.linter.cli import access

    return access.can_they(subject, tuple(paths or ()), form, config)


@app.command()
def controls(
    framework: Annotated[str, typer.Argument(metavar="FRAMEWORK", help="cis-1.12, cis-k3s-1.12, nsa, stig, ...")],
    paths: Paths = None,
    form: Form = "text",
    config: Config = "",
) -> int:
    """Show how the input fares against a framework, control by control."""
    from hullmark.linter.cli.controls import controls as show_controls

    return show_controls(framework, tuple(paths or ()), form, config)


app.add_typer(graph, name="graph")

generate = typer.Typer(help="Write manifests that the input implies.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(generate, name="generate")


@generate.command("network-policy")
def generate_network_policy(
    paths: Paths = None,
    namespace: Annotated[
        list[str] | None, typer.Option("-n", "--namespace", metavar="NAME", help="Only this namespace. Repeatable.")
    ] = None,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="DIR", help="Write a file for each namespace; - prints.")
    ] = "-",
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    api_server: Annotated[
        list[str] | None,
        typer.Option("--api-server", metavar="CIDR", help="Address block of the API server. Repeatable."),
    ] = None,
    gateway: Annotated[
        list[str] | None,
        typer.Option("--gateway", metavar="NAME", help="Namespace of gateways that are not in the input. Repeatable."),
    ] = None,
    config: Config = "",
) -> int:
    """Write default-deny policies and the least allows that the manifests imply."""
    from hullmark.linter.cli.generate import Wanted, network_policy

    wanted = Wanted(
        namespaces=tuple(namespace or ()),
        output=output,
        force=force,
        api_servers=tuple(api_server or ()),
        gateways=tuple(gateway or ()),
        config=config,
    )
    return network_policy(tuple(paths or ()), wanted)
