"""Figures that another operator publishes, beside our own on a country's page and never mixed with them.

Telegram's are crowd-sourced from its own bot by Te-k/telegram-transparency (CC BY 4.0); seeds/data has them unchanged.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache

from steelyard.base.places import seeds

QUARTER = 92
"""Days: longer periods of the file are sums of its quarters"""
ALPHA_3 = dict(pair.split() for pair in """
ARE AE,ARG AR,ARM AM,AUS AU,AUT AT,BEL BE,BGD BD,BGR BG,BIH BA,BLR BY,BRA BR,CAN CA,CHE CH,CHL CL,CHN CN,COK CK,COL CO,
CRI CR,CYP CY,CZE CZ,DEU DE,DNK DK,EGY EG,ESP ES,EST EE,ETH ET,FIN FI,FRA FR,GBR GB,GEO GE,GRC GR,GRL GL,GTM GT,HKG HK,
HRV HR,HUN HU,IDN ID,IND IN,IRL IE,ISL IS,ISR IL,ITA IT,JPN JP,KAZ KZ,KGZ KG,KOR KR,LAO LA,LBY LY,LTU LT,LVA LV,MDA MD,
MDG MG,MEX MX,MLT MT,MMR MM,MNE ME,MRT MR,MYS MY,NER NE,NGA NG,NLD NL,NOR NO,NZL NZ,PHL PH,POL PL,PRT PT,PSE PS,ROU RO,
RUS RU,SGP SG,SLV SV,SRB RS,SVK SK,SVN SI,SWE SE,THA TH,TUR TR,UKR UA,URY UY,USA US,UZB UZ,VNM VN,ZAF ZA
""".replace("\n", "").split(",") if pair)  # fmt: skip


@dataclass(frozen=True)
class Fulfilled:
    first: date
    last: date
    requests: int
    users: int


def telegram(country: str) -> list[Fulfilled]:
    """Requests that Telegram says it fulfilled for a country (alpha-2), by quarter, the newest first."""
    return _telegram().get(country, [])


@cache
def _telegram() -> dict[str, list[Fulfilled]]:
    given = json.loads((seeds() / "data" / "telegram_transparency" / "dataset.json").read_text())
    return {ALPHA_3[code]: _quarters(lines) for code, lines in given.items() if code in ALPHA_3}


def _quarters(lines: list[dict[str, str | int]]) -> list[Fulfilled]:
    found = [
        Fulfilled(_day(line["from"]), _day(line["to"]), int(line["requests"]), int(line["users"]))
        for line in lines
    ]
    quarters = [one for one in found if (one.last - one.first).days <= QUARTER]
    return sorted(quarters, key=lambda one: one.first, reverse=True)


def _day(text: str | int) -> date:
    return date.fromisoformat(str(text))
