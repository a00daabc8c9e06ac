"""The command `steelyard`: each command is a thin file in `steelyard.cli`."""

import os
import sys

import typer

from steelyard.base.errors import SteelyardError
from steelyard.cli import connector, hashes, ledger, orders, policy_list, receipt, report, screen
from steelyard.cli.check import check
from steelyard.cli.demo import demo
from steelyard.cli.doctor import doctor
from steelyard.cli.market import market
from steelyard.cli.serve import serve
from steelyard.cli.setup import setup
from steelyard.cli.sign_in import sign_in
from steelyard.cli.telegram import telegram

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Steelyard: weigh, act, answer, and prove it in public. "
    "With --debug before the command, errors show where they came from.",
)
app.command()(setup)
app.command()(demo)
app.command()(serve)
app.add_typer(ledger.app, name="ledger")
app.add_typer(receipt.app, name="receipt")
app.add_typer(report.app, name="report")
app.add_typer(orders.app, name="orders")
app.command()(market)
app.command()(doctor)
app.command()(check)
app.add_typer(screen.app, name="screen")
app.add_typer(connector.app, name="connector")
app.add_typer(hashes.app, name="hashes")
app.add_typer(policy_list.app, name="policy-list")
app.command("sign-in")(sign_in)
app.command()(telegram)


@app.callback()
def steelyard() -> None:
    pass


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    debug = sys.argv[1:2] == ["--debug"]
    if debug:
        del sys.argv[1]
    try:
        app()
    except SteelyardError as fault:
        if debug:
            raise
        sys.stderr.write(f"{fault}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
