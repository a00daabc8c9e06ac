"""Where the log's files are, and the name it bears for ever. No Django: the signer reads this too."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from steelyard.base.config import config, home
from steelyard.base.errors import BadInput


def folder() -> Path:
    """The public files of the log: `checkpoint`, `vkeys`, `tile/...`."""
    return home() / "ledger"


def sealed_folder() -> Path:
    """The files of the sealed log. Its checkpoint and hashes are public, its entries are not."""
    return home() / "ledger-sealed"


def sealed_origin() -> str:
    """The sealed log's name, with keys of its own."""
    return f"{origin()}/sealed"


def origin() -> str:
    """The log's name: the public address's host and `/ledger`, fixed at its creation.

    A later change of the address does not rename the log: its keys and every receipt bear this name.
    """
    file = folder() / "origin"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".origin.{os.getpid()}")
        draft.write_text(_proposed())
        try:
            os.link(draft, file)  # two first starts at once: one of them names it
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text()


def _proposed() -> str:
    address = urlsplit(config().public_url)
    name = f"{address.netloc.rpartition('@')[2]}{address.path.rstrip('/')}/ledger"
    if not address.netloc or "+" in name or any(sign.isspace() for sign in name):
        raise BadInput(
            "The ledger cannot be named after this public address.",
            f"{config().public_url} gives the name {name!r}, and a name has no spaces and no plus sign.",
            "Set public_url in steelyard.toml to the address people will use.",
        )
    return name
