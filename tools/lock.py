"""Pin the dependencies again, with hashes, for every platform at once: writes requirements/*.txt.

Uses `uv` from the package index, in an environment that is thrown away afterwards.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTS = {
    "lock.txt": ["pyproject.toml", "--group", "build"],
    "dev.txt": ["pyproject.toml", "--group", "dev"],
    "synapse.txt": ["requirements/synapse.in"],
}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        tools = Path(folder) / "bin"
        subprocess.run([tools / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
        for name, source in LISTS.items():
            words = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--quiet"]
            place = ["--no-emit-index-url", "--output-file", f"requirements/{name}"]
            subprocess.run([tools / "uv", "pip", "compile", *source, *words, *place], check=True, cwd=ROOT)
            print(f"requirements/{name}: {(ROOT / 'requirements' / name).read_text().count('==')} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
