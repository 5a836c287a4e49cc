"""Finishes what bundle.mjs began: compresses the bundles and notes what they were made of."""

from __future__ import annotations

import gzip
import json
from typing import Any

import brotli

from forum.http.bundling.sources import ROOT, sources_hash

BUNDLES = ROOT / "static" / "bundles"
COMPRESSIBLE = {".css", ".js", ".svg"}  # fonts are compressed already


def compress() -> None:
    """Puts the same content in Brotli and gzip beside each file; WhiteNoise serves whichever the browser accepts."""
    for path in sorted(BUNDLES.iterdir()):
        if path.suffix in COMPRESSIBLE:
            content = path.read_bytes()
            path.with_name(f"{path.name}.br").write_bytes(brotli.compress(content))
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def main() -> None:
    compress()
    path = BUNDLES / "manifest.json"
    manifest: dict[str, Any] = {
        "sources": sources_hash(),
        "files": dict(sorted(json.loads(path.read_text())["files"].items())),
    }
    path.write_text(json.dumps(manifest, indent=2) + "\n")
    for name, hashed in manifest["files"].items():
        sizes = [(BUNDLES / f"{hashed}{ending}") for ending in ("", ".gz", ".br")]
        print(f"{name}:", ", ".join(f"{each.stat().st_size:,}" for each in sizes if each.exists()), "bytes")


if __name__ == "__main__":
    main()
