"""Whose passkey answered: an officer's, and only one that never left its device."""

from typing import Any

from django.db import transaction

from steelyard.people import passkeys
from steelyard.people.agencies.models import Officer
from steelyard.people.agencies.standing import officer_stands


@transaction.atomic
def finish_officer_assertion(challenge: passkeys.Challenge, answer: dict[str, Any]) -> tuple[Officer, str]:
    """Whose passkey answered, and its credential. One wording for every cause; a copied key is refused here too."""
    row, read = passkeys.answered(challenge, answer)
    officer = Officer.objects.select_related("agency", "user", "key").filter(user_id=row.user_id).first()
    handle = read.response.user_handle
    if (
        officer is None
        or (handle is not None and handle != officer.ref.encode())
        or not officer_stands(officer)
    ):
        raise passkeys.not_recognised()
    if read.response.authenticator_data.is_backup_eligible():
        raise passkeys.not_recognised()
    passkeys.count(row, read)
    return officer, passkeys.credential_of(row)
