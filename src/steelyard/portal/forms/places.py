"""One field for "where is it": several addresses, one on each line."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST = 100
LONGEST = 2000
ADDRESS = re.compile(r"([a-z][a-z0-9+.\-]*:\S+|[#!$@]\S+)\Z", re.IGNORECASE)


class Places(forms.CharField):
    """Becomes a tuple of addresses: links of any scheme, or the platform's own identifiers."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MOST * LONGEST, **options)
        self.widget.attrs.update({"rows": 4, "dir": "ltr", "autocapitalize": "none", "spellcheck": "false"})

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        for line in lines:
            if not ADDRESS.match(line) or len(line) > LONGEST:
                raise ValidationError(
                    _("“%(line)s” is not an address we can open. Copy the whole link."),
                    params={"line": line[:80]},
                )
        if len(lines) > MOST:
            raise ValidationError(
                _("At most %(most)s addresses in one submission; send the rest in another."),
                params={"most": MOST},
            )
        return tuple(dict.fromkeys(lines))
