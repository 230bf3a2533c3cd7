"""Entry point of `hullmark`. It imports nothing at the top: `--version` costs little more than Python itself."""


def main() -> int:
    """Runs the command line and ends the process with the exit code."""
    import sys

    if sys.argv[1:] == ["--version"]:
        from hullmark.linter.cli.version import installed_version

        sys.stdout.write(f"hullmark {installed_version()}\n")
        return 0
    import gc

    from hullmark.linter.cli.finder import install

    install()
    gc.disable()  # looking for cycles among 300 fresh modules takes a tenth of a short run, and finds none
    from hullmark.linter.cli.stop import guarded, leave

    return leave(guarded(run, sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command: `lint` in plain spelling at once, everything else by typer."""
    import os

    if arguments[:1] == ["lint"] and "_HULLMARK_COMPLETE" not in os.environ:
        from hullmark.linter.cli.options import quick

        options = quick(arguments[1:])
        if options is not None:
            from hullmark.linter.cli.lint import lint

            return lint(options)
    from hullmark.linter.cli.app import run_typer

    return run_typer(arguments)
