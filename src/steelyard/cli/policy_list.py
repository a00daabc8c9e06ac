"""`steelyard policy-list`: lists of bans that homeservers share. Reading one touches nobody."""

from typing import Annotated, Any

import typer

app = typer.Typer(
    no_args_is_help=True, help="Policy lists: read with a preview, publish a decision, withdraw it."
)
Room = Annotated[str, typer.Argument(help="The list's room: #list:example.org")]
Decided = Annotated[str, typer.Argument(help="A decision's reference.")]
Handle = Annotated[str, typer.Option("--as", help="Your handle: who did it stands in the log.")]
Platform = Annotated[str, typer.Option(help="The attached platform.")]


def _member(handle: str) -> Any:
    from steelyard.cli.database import need_database

    need_database()
    from steelyard.people.queries import member_at_the_machine

    return member_at_the_machine(handle)


@app.command()
def read(room: Room, handle: Handle, platform: Platform = "matrix") -> None:
    """What a list says and whom it would hit here. Nothing is done to anybody."""
    member = _member(handle)
    from steelyard.flows.policy_lists import read_list

    rules, hit = read_list(member, platform, room)
    for rule in rules:
        print(f"{rule.kind:8} {rule.entity}  {rule.recommendation}  {rule.reason}".rstrip())
    print(f"\n{len(rules)} rules. They would hit {hit.accounts_in_all} accounts ({hit.ours} of ours) and "
          f"{hit.channels_in_all} channels known here:")  # fmt: skip
    for name in (*hit.accounts, *hit.channels):
        print(f"  {name}")
    if hit.spared:
        print(f"Named too, and never touched by a list: {', '.join(hit.spared)}")
    print(
        "A list is advice. To act on an entry, look at what the account wrote and decide on it in the console."
    )


@app.command()
def publish(room: Room, decision: Decided, handle: Handle, platform: Platform = "matrix") -> None:
    """Put the account or channel of a decision in force on our own list, for everybody to read."""
    member = _member(handle)
    from steelyard.flows.policy_lists import publish_decision

    publish_decision(member, platform, room, decision)
    print("It is on the list.")


@app.command()
def withdraw(room: Room, decision: Decided, handle: Handle, platform: Platform = "matrix") -> None:
    """Take the account or channel of a decision off our own list."""
    member = _member(handle)
    from steelyard.flows.policy_lists import withdraw_decision

    withdraw_decision(member, platform, room, decision)
    print("It is off the list.")
