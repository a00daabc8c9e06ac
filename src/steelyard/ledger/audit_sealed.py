"""The local check of the sealed log: its files, its entries in the database, and its marks in the public log."""

from steelyard.ledger.models import SealedBlock, SealedEntry, SealedPosition
from steelyard.ledger.origin import folder, sealed_folder
from steelyard.ledger.proof.anchors import check_anchors
from steelyard.ledger.proof.leaf import read_leaf
from steelyard.ledger.proof.note import BadNote, read_key
from steelyard.ledger.proof.rebuild import Fault
from steelyard.ledger.proof.tiles import BadTile, Folder, Missing, read_entry
from steelyard.ledger.proof.verify import verify


def audit_sealed() -> list[Fault]:
    """What differs in the sealed log. Nothing while no block was ever written."""
    if not SealedBlock.objects.exclude(note="").exists():
        return []
    files = Folder(sealed_folder())
    try:
        keys = [read_key(line) for line in files.read("vkeys").decode().split()]
    except (Missing, BadNote) as fault:
        return [Fault("sealed: vkeys", str(fault))]
    report = verify(sealed_folder(), keys)
    faults = [Fault(f"sealed: {fault.place}", fault.what) for fault in report.faults]
    return faults + check_anchors(Folder(folder()), files) + _entries_differ(files, report.size)


def _entries_differ(files: Folder, size: int) -> list[Fault]:
    faults = []
    rows = SealedPosition.objects.filter(index__lt=size).select_related("entry").order_by("index")
    for row in rows.iterator(chunk_size=2000):
        place = f"sealed: entry {row.index}"
        try:
            published = read_entry(files, row.index, size)
        except (Missing, BadTile):  # named by `verify`
            continue
        if published != bytes(row.entry.leaf):
            faults.append(Fault(place, "The database holds another text for it than the sealed log."))
        elif not _columns_hold(row.entry):
            faults.append(Fault(place, "Its columns in the database are not what its leaf says."))
    return faults


def _columns_hold(entry: SealedEntry) -> bool:
    leaf = read_leaf(bytes(entry.leaf))
    shown = entry.ref, entry.verb, entry.created_at.strftime("%Y-%m-%dT%HZ")
    return shown == (leaf["id"], leaf["type"], leaf["hour"])
