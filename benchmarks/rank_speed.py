"""How long `triage rank` takes for 1,000 reports of 2 KB: `python benchmarks/rank_speed.py MODEL`.

The reports are made of the starter corpus's passages, shuffled with a fixed seed. Beside it stands, in the same run and
the same texts, what scikit-learn's char_wb(2,5) TfidfVectorizer takes to make its features alone.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer

from triage import read_corpus
from triage.shipped import shipped

REPORTS, BYTES = 1_000, 2_000


def texts() -> list[str]:
    """Return texts of 2,000 bytes of UTF-8, each of one language."""
    chance = random.Random(0)
    passages: dict[str, list[str]] = {}
    for article in read_corpus(*sorted(shipped("starter").glob("*.jsonl"))):
        passages.setdefault(article.lang, []).extend(article.text[p.start : p.end] for p in article.passages)
    made = []
    for _ in range(REPORTS):
        text, pool = "", passages[chance.choice(sorted(passages))]
        while len(text.encode()) < BYTES:
            text += chance.choice(pool) + "\n\n"
        made.append(text.encode()[:BYTES].decode(errors="ignore"))
    return made


def main() -> None:
    made = texts()
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "reports.jsonl"
        file.write_text("".join(json.dumps({"id": str(at), "text": text}) + "\n" for at, text in enumerate(made)))
        model = str(Path(sys.argv[1]).resolve())
        command = [str(Path(sys.executable).parent / "triage"), "rank", str(file), "--model", model, "--json"]
        subprocess.run(command, check=True, capture_output=True, cwd=scratch)  # the kernel compiles once
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        subprocess.run(command, check=True, capture_output=True, cwd=scratch)
        wall = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    ours = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    learned = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)).fit(made[:100])
    began = time.process_time()
    learned.transform(made)
    theirs = time.process_time() - began
    print(f"triage rank, {REPORTS} reports of {BYTES} bytes: {wall:.1f} s wall, {ours:.1f} s of CPU, all told")
    print(f"scikit-learn, char_wb(2,5) features of the same texts alone: {theirs:.1f} s of CPU")
    print(f"ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
