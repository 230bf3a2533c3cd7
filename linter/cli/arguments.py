"""What several commands take, as typer sees it."""

from typing import Annotated, Literal

import typer

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH", help="Files and folders to read. Default: here.", show_default=False),
]
Form = Annotated[Literal["text", "json"], typer.Option("-f", "--format", help="What is printed.")]
Config = Annotated[str, typer.Option("--config", metavar="FILE", help="Configuration file.", show_default=False)]
