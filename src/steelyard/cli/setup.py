"""`steelyard setup`: the few things that only the operator knows."""

import re
import subprocess
import sys
from typing import Annotated, Any

import typer


def _asked(about: str) -> Any:
    return typer.Option(help=about, show_default="asked")


def setup(  # noqa: PLR0917 - typer fills them by name
    service: Annotated[str | None, _asked("Name of the service.")] = None,
    public_url: Annotated[
        str | None, _asked("Where the public reaches it: https://safety.example.org.")
    ] = None,
    languages: Annotated[str | None, _asked("Of the public pages, for example en,fr,ru.")] = None,
    countries: Annotated[str | None, _asked("Countries served, for example DE,FR.")] = None,
    established_in: Annotated[str | None, _asked("Country of establishment or representative.")] = None,
    authorities_email: Annotated[str | None, _asked("E-mail address for authorities.")] = None,
    authorities_phone: Annotated[str | None, _asked("Telephone for emergencies from authorities.")] = None,
    users_email: Annotated[str | None, _asked("E-mail address for users.")] = None,
    on_call: Annotated[str | None, _asked("“Name, e-mail, telephone”; several with “;”.")] = None,
    administrator: Annotated[str | None, _asked("Name of the first administrator.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: what is not given stays as it is.")
    ] = False,
) -> None:
    """Ask the operator's facts, write one settings file, and invite the first administrator.

    Run it again to change an answer: what the file says is offered as the default. What is left empty is
    shown as “not stated” to the public, and `steelyard doctor` reminds you.
    """
    from steelyard.base.config import home, read_config
    from steelyard.base.files import write_private
    from steelyard.cli.settings_file import answers, text_of

    file = home() / "steelyard.toml"
    before = read_config(file, {})  # what only this shell's environment says stays out of the file
    given = {
        "service": service, "public_url": public_url, "languages": languages, "countries": countries,
        "established_in": established_in, "authorities_email": authorities_email,
        "authorities_phone": authorities_phone, "users_email": users_email, "on_call": on_call,
    }  # fmt: skip
    found = answers(before, given, ask=None if yes else _ask)
    if file.exists():
        write_private(file.with_suffix(".toml.before"), file.read_bytes())
    write_private(file, text_of(found).encode())
    print(f"Wrote {file}")
    if not yes and administrator is None:
        administrator = _ask("Name of the first administrator (empty: there is one already)", "")
    if administrator:
        _invite(administrator)
    print("Next: steelyard serve")


def _ask(question: str, default: str) -> str:
    return str(typer.prompt(question, default=default, show_default=bool(default))).strip()


def _invite(name: str) -> None:
    """Through the command that starts the database when it is not up."""
    handle = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "administrator"
    done = subprocess.run(
        [sys.executable, "-m", "steelyard", "sign-in", handle, "--first", name], check=False
    )
    if done.returncode:
        raise typer.Exit(done.returncode)
