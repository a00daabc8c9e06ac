"""An order as strangers write it into a file: which names there are, and small letters that mean no other State."""

from datetime import date
from typing import Any

import msgspec

from steelyard.orders.assessment.shapes import Asked
from steelyard.rulebook.law import instrument_files, law_on
from steelyard.rulebook.queries import harms


def with_names(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with the names that mean something. Others are answered, not refused: an order may be sent under
    an instrument that is gone, and ask for what has no name."""
    law, fields = law_on(date.max), schema["$defs"]["Asked"]["properties"]
    fields["instrument"]["examples"] = sorted(one.id for one in instrument_files())
    fields["issuer"]["examples"] = fields["validated_by"]["examples"] = list(law.issuers)
    fields["data"]["items"]["examples"] = list(law.data)
    fields["harm"]["examples"] = list(harms())
    fields["privileges"]["items"]["examples"] = ["lawyer", "journalist", "parliament", "diplomat", "doctor"]
    fields["country"]["examples"] = ["FR", "GB"]
    fields["territory"]["items"]["examples"] = ["FR", "*"]
    return schema


def as_written(asked: Asked) -> Asked:
    """Codes of countries and languages as they are kept; whoever writes "fr" for France means France."""
    return msgspec.structs.replace(
        asked,
        country=asked.country.strip().upper(), territory=tuple(code.strip().upper() for code in asked.territory),
        language=asked.language.strip().lower(), translation=asked.translation.strip().lower(),
        instrument=asked.instrument.strip().lower(),
    )  # fmt: skip
