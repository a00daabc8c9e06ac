"""Where the files lie that come with the code: beside it in a checkout, inside the package in a wheel."""

from pathlib import Path

from steelyard.base.errors import Broken

PACKAGE = Path(__file__).resolve().parent.parent
CHECKOUT = PACKAGE.parent.parent


def _place(in_checkout: str, in_wheel: str) -> Path:
    for place in (PACKAGE / in_wheel, CHECKOUT / in_checkout):
        if place.is_dir():
            return place
    raise Broken(
        f"The folder {in_checkout} is missing.", "It comes with the code.", "Install Steelyard again."
    )


def seeds() -> Path:
    """The cast and the real messages that the demo and the tests use."""
    return _place("seeds", "_seeds")
