"""Django's view of a signed-in member. There is nothing to authenticate here: no password exists."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User


class PasskeyBackend(BaseBackend):
    """Loads the user of a session that a passkey opened."""

    def get_user(self, user_id: int) -> User | None:
        """The user, as long as the member is active."""
        return User.objects.filter(pk=user_id, is_active=True).first()
