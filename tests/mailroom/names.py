"""A name server on loopback that answers over UDP for a zone of the test's own, and counts what it was asked."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], str]
"""(name, type) -> what a zone file says, without the final dot"""


@contextmanager
def name_server(zone: Zone, *, silent: bool = False) -> Iterator[str]:
    """host:port. `silent`: it takes questions and answers none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        host, port = door.getsockname()
        thread = Thread(target=_serve, args=(door, zone, silent), daemon=True)
        thread.start()
        try:
            yield f"{host}:{port}"
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", (host, port))
            thread.join(30)


def _serve(door: socket.socket, zone: Zone, silent: bool) -> None:
    while True:
        asked, who = door.recvfrom(4096)
        if not asked:
            return
        if not silent:
            door.sendto(_answer(dns.message.from_wire(asked), zone).to_wire(), who)


def _answer(asked: dns.message.Message, zone: Zone) -> dns.message.Message:
    (question,) = asked.question
    name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
    answer = dns.message.make_response(asked)
    answer.flags |= dns.flags.RA
    if found := zone.get((name, kind)):
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, found))
    elif not any(known == name for known, _ in zone):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
