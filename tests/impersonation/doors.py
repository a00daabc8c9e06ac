"""The doors, as somebody outside comes by them: requests over HTTP, mail over SMTP, passkeys that answer questions."""

import html
import json
import re
from dataclasses import dataclass

from django.test import Client

from steelyard.assembly.demo.passkey import SoftPasskey
from steelyard.base.config import config
from steelyard.orders.models import Order

HOST = "localhost:8470"
COPYABLE = 0x08
"""The backup-eligible flag of WebAuthn: the key may leave its device."""


class CopyablePasskey(SoftPasskey):
    """A passkey as password managers keep them: it says of itself that it can be copied."""

    def _authenticator_data(self, key, flags):
        return super()._authenticator_data(key, flags | COPYABLE)


@dataclass
class Page:
    status: int
    text: str
    where: str = ""

    def hidden(self, name):
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        return html.unescape(found.group(1)) if found else ""

    def options(self):
        found = re.search(r'data-options="([^"]*)"', self.text)
        return json.loads(html.unescape(found.group(1))) if found else None


class Browser:
    """Somebody's browser at our public pages."""

    def __init__(self, cookie=""):
        self.client = Client(HTTP_HOST=HOST)
        if cookie:
            self.client.cookies["officer"] = cookie

    def get(self, path):
        return self._page(self.client.get(f"/en/{path}"))

    def post(self, path, data):
        return self._page(self.client.post(f"/en/{path}", data, HTTP_SEC_FETCH_SITE="same-origin"))

    def answer(self, path, page, device, more=()):
        """Post what the passkey says to the question on `page`."""
        said = device.get(page.options()) if path != "officer/enrol" else device.create(page.options())
        return self.post(
            path, {**dict(more), "question": page.hidden("question"), "credential": json.dumps(said)}
        )

    @property
    def cookie(self):
        return self.client.cookies["officer"].value if "officer" in self.client.cookies else ""

    def _page(self, response):
        return Page(response.status_code, response.content.decode(), response.headers.get("Location", ""))


def typed(fields):
    """The order form as somebody fills it in."""
    given = {
        "instrument": fields.instrument, "authority": fields.authority, "country": fields.country,
        "reference": fields.reference, "contact": fields.contact, "language": fields.language, "harm": fields.harm,
        "targets": "\n".join(fields.targets), "legal_basis": fields.legal_basis, "reasons": fields.reasons,
        "issuer": fields.issuer, "demand": fields.demand, "categories": list(fields.data),
        "period_from": str(fields.period_from or ""), "period_to": str(fields.period_to or ""),
        "offence": fields.offence, "emergency": fields.emergency, "redress": fields.redress,
        "scope": "listed" if fields.territory else "", "listed": " ".join(fields.territory), "incomplete": "yes",
    }  # fmt: skip
    return {name: value for name, value in given.items() if value not in ("", [])}


def by_http(fields):
    """Through the public form. Raises AssertionError with the page when the form does not take it."""
    page = Browser().post("order", typed(fields))
    assert page.status == 302, f"The form refused it ({page.status}): {errors(page)}"


def by_officer(fields, browser, device):
    """In the officer's area: the form, then the passkey for exactly that form. The status of the last page."""
    entered = typed(fields)
    page = browser.post("officer/send", entered)
    if page.status != 200 or page.options() is None:
        return page
    if device is None:
        return browser.post(
            "officer/send", {**entered, "question": page.hidden("question"), "credential": "{}"}
        )
    try:
        return browser.answer("officer/send", page, device, entered)
    except LookupError:
        return page


def signed_in(device):
    browser = Browser()
    page = browser.get("officer")
    try:
        done = browser.answer("officer", page, device)
    except LookupError:
        return browser, page
    return browser, done


def errors(page):
    return (
        re.findall(r'<li><a href="#[^"]*">[^<]*</a>: [^<]*', page.text)
        or re.sub(r"<[^>]+>", " ", page.text)[:600]
    )


def new_orders(since):
    return list(Order.objects.filter(pk__gt=since).select_related("key").order_by("pk"))


def origin():
    return config().public_url
