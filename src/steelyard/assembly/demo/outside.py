"""People outside, at the public pages: plain forms, no account, no JavaScript. Each keeps a receipt."""

import re
from typing import Any

import httpx

from steelyard.base.errors import Broken


class Outside:
    """A browser without a screen at the public pages."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.Client(
            base_url=base_url, follow_redirects=True, timeout=30,
            headers={"Origin": base_url, "User-Agent": "Steelyard demo"},
        )  # fmt: skip

    def send_notice(self, link: str) -> str:
        """Rhea says that a post is a scam (DSA Art. 16). Returns her receipt file."""
        return self._submit(
            "/fr/notice",
            {
                "links": link, "harm": "scam", "name": "Rhea Laurent", "email": "rhea@example.org",
                "explanation": "Ce message parle d’argent facile ; je pense que c’est une arnaque.",
                "good_faith": "on",
            },
        )  # fmt: skip

    def send_order(self, link: str) -> str:
        """Detective Duval orders a post removed, in the form of DSA Art. 9. Returns her receipt file."""
        return self._submit(
            "/fr/order",
            {
                "instrument": "dsa_9", "authority": "Police judiciaire (unité inventée), C. Duval",
                "country": "FR", "reference": "PJ-2026-0417", "contact": "duval@example.org",
                "language": "fr", "harm": "scam", "targets": link,
                "legal_basis": "Code pénal, art. 313-1",
                "reasons": "Le message incite à verser de l’argent pour un emploi qui n’existe pas.",
                "scope": "own", "redress": "Recours devant le tribunal administratif, deux mois.",
                "send": "anyway",
            },
        )  # fmt: skip

    def send_complaint(self, link: str) -> str:
        """The author opens the letter's link and contests, without signing in. Returns the receipt file."""
        text = "Я предупреждала соседей о мошенниках, а не предлагала ничего сама."
        return self.contest(link, {"points": ["context"], "text": text})

    def contest(self, link: str, said: dict[str, Any]) -> str:
        """An author opens their letter's link and contests with these words. Returns the receipt file."""
        return self._submit(f"{self._http.get(link).url.path}/complaint", said)

    def send(self, path: str, form: dict[str, Any]) -> str:
        """Any form of the public pages. Returns the receipt file."""
        return self._submit(path, form)

    def fetch(self, address: str) -> bytes:
        return self._good(self._http.get(address)).content

    def _submit(self, path: str, form: dict[str, Any]) -> str:
        """Send a form and keep the receipt file behind the page that answers."""
        page = self._good(self._http.post(path, data=form))
        file = re.search(r'href="([^"]*/receipt/[^"]+/file)"', page.text)
        if file is None:
            raise Broken(f"{path} gave no receipt.", f"It answered {page.status_code}.")
        return self._good(self._http.get(file.group(1))).text

    @staticmethod
    def _good(page: httpx.Response) -> httpx.Response:
        if page.status_code != httpx.codes.OK:
            raise Broken(f"{page.url.path} answered {page.status_code}.", do="See log/web.log in the home.")
        return page
