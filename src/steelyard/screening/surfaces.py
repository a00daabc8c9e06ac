"""Where we may read at all. Public places, always; private ones only on a basis that the operator turned on."""

from steelyard.base.config import config

PUBLIC = "public_"
ENCRYPTED = "encrypted"


def may_screen(surface: str) -> bool:
    """Whether posts made there are read by machine. End-to-end encrypted ones never are: nobody turns that on."""
    if surface.startswith(ENCRYPTED):
        return False
    return surface.startswith(PUBLIC) or bool(basis_of(surface))


def basis_of(surface: str) -> str:
    """The legal basis that the operator named for reading this surface; "" for none."""
    return next((each.basis for each in config().legal_bases if each.surface == surface), "")
