"""What the core install weighs, as the README installs it: `python benchmarks/install_size.py`.

Also how much more it is with the byte code of every module, which plain `pip install` makes at once.
"""

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
        subprocess.run(
            [home / "bin" / "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", ROOT],
            check=True,
        )
        site = next((home / "lib").glob("python*/site-packages"))
        whole = megabytes(home)
        print(f"empty environment      {bare:6.0f} MB")
        print(f"core install adds      {whole - bare:6.0f} MB")
        print(f"environment in all     {whole:6.0f} MB")
        subprocess.run([home / "bin" / "python", "-m", "compileall", "-q", site], check=False, capture_output=True)
        print(f"byte code would add    {megabytes(home) - whole:6.0f} MB")
        sizes = {path.name: megabytes(path) for path in site.iterdir() if path.is_dir()}
        for name, size in sorted(sizes.items(), key=lambda pair: -pair[1])[:12]:
            print(f"  {name:20} {size:6.1f} MB")


if __name__ == "__main__":
    main()
