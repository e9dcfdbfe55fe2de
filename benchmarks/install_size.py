"""What the core install weighs, in an empty environment: `python benchmarks/install_size.py`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def megabytes(folder: Path) -> float:
    """Return what the files below a folder hold, in millions of bytes."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "venv"
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        bare = megabytes(home)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", ROOT], check=True)
        site = next((home / "lib").glob("python*/site-packages"))
        compiled = sum(path.stat().st_size for path in site.rglob("*.pyc")) / 1e6
        whole = megabytes(home)
        print(f"empty environment      {bare:6.0f} MB")
        print(f"core install adds      {whole - bare:6.0f} MB, of which byte code {compiled:.0f} MB")
        print(f"environment in all     {whole:6.0f} MB")
        sizes = {path.name: megabytes(path) for path in site.iterdir() if path.is_dir()}
        for name, size in sorted(sizes.items(), key=lambda pair: -pair[1])[:12]:
            print(f"  {name:20} {size:6.1f} MB")


if __name__ == "__main__":
    main()
