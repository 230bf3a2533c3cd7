"""`hullmark graph ...` as typer sees it. What the commands do is imported when they are called."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from hullmark.linter.cli.arguments import Config, Paths

graph = typer.Typer(help="Draw what the input amounts to.", rich_markup_mode=None, no_args_is_help=True)


@graph.command("rbac")
def graph_rbac(
    paths: Paths = None,
    form: Annotated[
        Literal["text", "json", "mermaid", "dot"], typer.Option("-f", "--format", help="What is printed.")
    ] = "text",
    subject: Annotated[str, typer.Option("--subject", help="Only subjects whose name holds this.")] = "",
    power: Annotated[str, typer.Option("--power", help="Only this power: secret-read, pod-*, ...")] = "",
    namespace: Annotated[str, typer.Option("-n", "--namespace", help="Only what holds in this namespace.")] = "",
    config: Config = "",
) -> int:
    """Show who can do what, and why."""
    from hullmark.linter.cli.graph_rbac import Wanted
    from hullmark.linter.cli.graph_rbac import graph_rbac as draw

    return draw(tuple(paths or ()), form, Wanted(subject=subject, power=power, namespace=namespace), config)


_Shape = Annotated[
    Literal["text", "json", "svg", "mermaid", "dot"], typer.Option("-f", "--format", help="What is printed.")
]
_Within = Annotated[str, typer.Option("-n", "--namespace", help="Only what begins or ends in it.")]
_From = Annotated[
    str, typer.Option("--from", metavar="NAME", help="Only from: shop/web, web, shop/*, internet, 10.0.0.0/8.")
]
_To = Annotated[str, typer.Option("--to", metavar="NAME", help="Only to; written likewise.")]
_Workload = Annotated[str, typer.Option("-w", "--workload", metavar="NAME", help="Only to or from.")]
_Full = Annotated[bool, typer.Option("--full", help="Every pair by name; no line stands for many pods.")]
_Compact = Annotated[bool, typer.Option("--compact", help="One line for workloads that nothing tells apart.")]
_Explain = Annotated[
    tuple[str, str] | None,
    typer.Option("--explain", metavar="SRC DST", help="Which lines decide about this connection.", show_default=False),
]
_Port = Annotated[str, typer.Option("--port", metavar="PORT", help="With --explain: 8080, UDP/53 or a name.")]
_Diff = Annotated[
    str, typer.Option("--diff", metavar="BASE", help="What is opened and closed since a commit or a folder.")
]


@graph.command("network")
def graph_network(
    paths: Paths = None,
    form: _Shape = "text",
    namespace: _Within = "",
    source: _From = "",
    target: _To = "",
    workload: _Workload = "",
    full: _Full = False,
    compact: _Compact = False,
    explain: _Explain = None,
    port: _Port = "",
    diff: _Diff = "",
    config: Config = "",
) -> int:
    """Show who reaches whom, and what is open to the outside.

    Exit codes: 0; 1 if --explain finds nothing allowed, or --diff something
    opened; 2 wrong usage; 3 a file could not be read.
    """
    from hullmark.linter.cli import graph_network as command
    from hullmark.linter.cli.graph_network_options import Asked, GraphOptions
    from hullmark.linter.model.reach.choice import Choice

    choice = Choice(namespace=namespace, source=source, target=target, workload=workload)
    options = GraphOptions(form=form, config=config, choice=choice, full=full, compact=compact)
    return command.graph_network(tuple(paths or ()), options, Asked(explain, port, diff))
