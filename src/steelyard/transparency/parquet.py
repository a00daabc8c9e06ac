"""Counts as Parquet, written in a process of its own: the library that does it takes memory and would keep it."""

import subprocess
import sys
from pathlib import Path


def write_parquet(source: Path, target: Path) -> bool:
    """Write `source` again as Parquet, in a process that ends. False where pyarrow is not installed."""
    command = [sys.executable, "-P", __file__, str(source), str(target)]
    return subprocess.run(command, check=False, capture_output=True, timeout=300).returncode == 0


def main(source: Path, target: Path) -> None:
    from pyarrow import csv, int8, int64, parquet, string

    numbers = {"n": int64(), "reversal": int8()}
    names = source.read_text(encoding="utf-8").partition("\r\n")[0].split(",")
    types = {name: numbers.get(name, string()) for name in names}
    options = csv.ConvertOptions(column_types=types, strings_can_be_null=False)
    draft = target.with_name(f".{target.name}.draft")
    parquet.write_table(csv.read_csv(source, convert_options=options), draft, compression="zstd")
    draft.replace(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
