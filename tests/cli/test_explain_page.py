"""The page of `explain --html`, opened in a real browser."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from triage.cli.explain import html_page
from triage.domain.score import Evidence, PassageScore, TextScore, Voice

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TEXT = 'Only bunglers would <script>document.title="run"</script> agree. "We will vote," she said. ماذا بعد؟'
QUOTED = TEXT.index('"We')
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


@pytest.fixture(scope="module")
def dom(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the browser makes of the page."""
    folder = tmp_path_factory.mktemp("page")
    score = TextScore(
        model="markers-1",
        lang="en",
        markers={"technique:Doubt": 0.81},
        own_voice={"technique:Doubt": 0.4},
        found=("technique:Doubt",),
        evidence=(Evidence(marker="technique:Doubt", start=5, end=13, share=0.6, voice=Voice.OWN),),
        evidence_other={"technique:Doubt": {"rest": 0.4}},
        passages=(
            PassageScore(start=0, end=QUOTED, voice=Voice.OWN, markers={}),
            PassageScore(start=QUOTED, end=len(TEXT), voice=Voice.QUOTED, markers={}),
        ),
    )
    (folder / "why.html").write_text(html_page(TEXT, score), encoding="utf-8")
    return browse(folder)


def browse(folder: Path) -> str:
    """Return the document after the browser has loaded it and run whatever it would run."""
    page = (folder / "why.html").as_uri()
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={folder / 'profile'}", "--dump-dom", page]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def test_the_words_that_carry_a_marker_are_marked(dom: str) -> None:
    assert ">bunglers</mark>" in dom


def test_quoted_speech_stands_apart_from_the_authors_own(dom: str) -> None:
    quoted = dom[dom.index('<p class="quoted"') :]

    assert "We will vote" in quoted
    assert "bunglers" not in quoted


def test_a_text_cannot_run_in_the_page(dom: str) -> None:
    assert "<title>Evidence from markers-1</title>" in dom
    assert "<script" not in dom


def test_the_page_says_what_a_marker_is_not(dom: str) -> None:
    assert "nothing of what is true" in dom
