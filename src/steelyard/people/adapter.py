"""What allauth asks of us: app secrets and recovery seeds are sealed like everything personal."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.models import User

from steelyard.base.config import config
from steelyard.vault.actions import new_key, seal, unseal
from steelyard.vault.models import DataKey

_PLACE = "people.second_factor"


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    def encrypt(self, text: str) -> str:
        """Seal under a key of its own, named in front."""
        key = new_key()
        return f"{key.ref}.{base64.b64encode(seal(key, text.encode(), place=_PLACE)).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        ref, _, sealed = encrypted_text.partition(".")
        return unseal(DataKey.objects.get(ref=ref), base64.b64decode(sealed), place=_PLACE).decode()

    def get_totp_label(self, user: User) -> str:
        """What the app shows beside the code: the handle, not the name."""
        return str(user.member.handle)

    def get_totp_issuer(self) -> str:
        return config().service
