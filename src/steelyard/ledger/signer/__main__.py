"""`python -m steelyard.ledger.signer`: the signer's process. It needs STEELYARD_HOME and nothing else."""

import signal
import sys

from steelyard.base.errors import SteelyardError
from steelyard.ledger.signer.service import serve


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    try:
        serve()
    except SteelyardError as fault:
        sys.exit(str(fault))


main()
