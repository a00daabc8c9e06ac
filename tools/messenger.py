"""The built messenger is what its source says, and says everything in every language.

python tools/messenger.py check    the bundle belongs to this source, the catalogues are complete
python tools/messenger.py seal     after a build: write down what the bundle was made from (`make messenger`)
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "clients" / "web"
BUNDLE = ROOT / "src" / "steelyard" / "portal" / "static" / "messenger"
SEAL = BUNDLE / "made-from.json"
MADE_FROM = ("package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "src/**/*")
PLACE = re.compile(r"\{\w+\}")


def sums(folder: Path, patterns: tuple[str, ...]) -> dict[str, str]:
    """SHA-256 of each file, by its path inside the folder."""
    files = sorted({file for pattern in patterns for file in folder.glob(pattern) if file.is_file()})
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }


def now() -> dict[str, dict[str, str]]:
    bundle = sums(BUNDLE, ("**/*",))
    made = {name: sum_ for name, sum_ in bundle.items() if name != SEAL.name and not name.endswith(".gz")}
    return {"source": sums(SOURCE, MADE_FROM), "bundle": made}


def faults() -> Iterator[str]:
    sealed = json.loads(SEAL.read_text()) if SEAL.exists() else {"source": {}, "bundle": {}}
    for part, there in now().items():
        for name in sorted(sealed[part].keys() ^ there.keys()):
            yield f"messenger, {part}: {name} was not there when the bundle was built, or is gone: run `make messenger`"
        for name in sorted(sealed[part].keys() & there.keys()):
            if sealed[part][name] != there[name]:
                yield f"messenger, {part}: {name} has changed since the bundle was built: run `make messenger`"
    yield from words()


def words() -> Iterator[str]:
    """Every text in every language, with the same places to fill in."""
    folder = SOURCE / "src" / "words"
    english = json.loads((folder / "en.json").read_text())
    for code in ("fr", "ru", "ar", "fa"):
        there = json.loads((folder / f"{code}.json").read_text())
        for key in english.keys() ^ there.keys():
            yield f"clients/web/src/words/{code}.json: “{key}” is in one of the two catalogues only"
        for key in english.keys() & there.keys():
            if set(PLACE.findall(english[key])) != set(PLACE.findall(there[key])):
                yield f"clients/web/src/words/{code}.json: “{key}” has other places to fill in"
            if not there[key].strip():
                yield f"clients/web/src/words/{code}.json: “{key}” is empty"
    used = "\n".join(file.read_text() for file in (SOURCE / "src").rglob("*.ts*"))
    for key in english:
        if f'"{key}"' not in used and not (key.startswith("report.") and "`report.${" in used):
            yield f"clients/web/src/words/en.json: “{key}” is used nowhere"


def main(asked: list[str]) -> int:
    match asked:
        case ["seal"]:
            SEAL.write_text(json.dumps(now(), indent=1) + "\n")
            return 0
        case ["check"]:
            found = list(faults())
            print(*found[:50], sep="\n")
            return bool(found)
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
