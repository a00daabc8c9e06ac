"""The command `steelyard`."""

import os

import typer

app = typer.Typer(no_args_is_help=True, help="Steelyard: weigh, act, answer, and prove it in public.")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    app()
