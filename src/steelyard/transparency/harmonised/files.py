"""The report as files: RFC 4180, UTF-8, one for each part."""

import csv
import io
from pathlib import Path

from steelyard.base.files import write_whole
from steelyard.transparency.harmonised.parts import Lines, draw_up
from steelyard.transparency.harmonised.period import Period
from steelyard.transparency.harmonised.template import FILES


def write(period: Period, folder: Path) -> list[Path]:
    """Count the period and write its eleven files into `folder`; returns them."""
    files = []
    for name, lines in draw_up(period).items():
        files.append(folder / FILES[name])
        write_whole(files[-1], as_csv(lines).encode())
    return sorted(files)


def as_csv(lines: Lines) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue()
