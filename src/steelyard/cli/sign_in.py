"""`steelyard sign-in`: the way in for whoever stands at the machine."""

from typing import Annotated

import typer


def sign_in(
    handle: Annotated[str, typer.Argument(help="The member's handle, as the console lists it.")],
    first: Annotated[str, typer.Option(help="Name of the first administrator of a new house.")] = "",
    language: Annotated[str, typer.Option(help="Their language, for example fr.")] = "en",
) -> None:
    """Print a link that works once, for a while: to enrol, or to replace a lost passkey."""
    from steelyard.cli.database import need_database

    need_database()
    from django.urls import reverse

    from steelyard.base.config import config
    from steelyard.people.actions.invitations import found_house, link_from_operator

    if first:
        invitation, token = found_house(name=first, handle=handle, language=language)
    else:
        invitation, token = link_from_operator(handle)
    print(f"{config().public_url.rstrip('/')}{reverse('console:enrol')}#{token}")
    print(f"Works once, until {invitation.expires_at:%H:%M} UTC. Give it to {handle} and to nobody else.")
