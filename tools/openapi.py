"""docs/openapi.yaml: the items door, written by hand, and the partners' API as the application itself describes it.

python tools/openapi.py write     put the application's description into the file
python tools/openapi.py check     fail when they differ (tests/api does the same)
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "openapi.yaml"
SERVERS = [{"url": "/", "description": "The web process."}]


def described() -> dict[str, Any]:
    """What the application says: paths (each with its server), schemas, the key."""
    from steelyard.api.app import api

    found = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    return {
        "paths": {path: {"servers": SERVERS, **item} for path, item in found["paths"].items()},
        "schemas": found["components"]["schemas"],
        "securitySchemes": found["components"]["securitySchemes"],
    }


def merged(by_hand: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    paths = {path: item for path, item in by_hand["paths"].items() if not path.startswith("/api/")}
    components = by_hand["components"]
    return by_hand | {
        "paths": paths | ours["paths"],
        "components": components
        | {"securitySchemes": components["securitySchemes"] | ours["securitySchemes"]}
        | {"schemas": components["schemas"] | ours["schemas"]},
    }


def main(do: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    sys.path.insert(0, str(ROOT / "src"))
    import django

    django.setup()
    before = yaml.safe_load(FILE.read_text())
    after = merged(before, described())
    if do == "write":
        FILE.write_text(yaml.safe_dump(after, sort_keys=False, allow_unicode=True, width=110))
    elif before != after:
        print("docs/openapi.yaml does not say what the application does: run tools/openapi.py write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["check"]))
