"""What people fill in. Each form says what is wrong beside the field and keeps everything that was typed."""

from django.forms import Form
from django.utils.translation import gettext

from steelyard.base.errors import SteelyardError, Unreachable


def too_much(form: Form) -> None:
    """Say that this address has sent as much as it may for now. What was typed stays."""
    form.add_error(
        None,
        gettext(
            "Very much was sent from your address within an hour. Keep this page, and send it again later."
        ),
    )


def blame(form: Form, fault: SteelyardError) -> None:
    """Show what a flow did not accept, beside its field when it names one."""
    field = getattr(fault, "field", "")
    if isinstance(fault, Unreachable):  # which part it is and where it lives is for the person on call
        said = gettext("A part of our system does not answer at the moment. Send it again in a minute.")
    else:
        said = " ".join(gettext(part) for part in (fault.what, fault.why, fault.do) if part)
    form.add_error(field if field in form.fields else None, said)
