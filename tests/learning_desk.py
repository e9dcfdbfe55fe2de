"""A desk whose moderators uphold what a few words carry, for tests of learning from decisions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sample_desk import NOW, report, take

from triage.domain.case import Verdict
from triage.domain.report import Report
from triage.workflow.database import Desk
from triage.workflow.review import Ruling, claim, decide, show

UPHELD = "secret poison plot hidden by the bakers"
OTHER = "open day of the bakers with bread and music"
TOPIC = "lighthouse"
_WORDS = "river town bridge market school winter office summer garden window council harbour ferry lamp stone"


@dataclass(frozen=True)
class Told:
    """What a moderator says of one text."""

    verdict: Verdict
    confirmed: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()


Answer = Callable[[str, str], Told]


def reports(count: int, *, first: int = 0, lang: str = "en") -> list[Report]:
    """Reports of different texts, every second of which is to be upheld; two fifths of those are of one topic."""
    made = []
    for at in range(first, first + count):
        chance = random.Random(at)
        words = [f"{word}{chance.randrange(10**6)}" for word in chance.sample(_WORDS.split(), 8)]
        words[5] = TOPIC if at % 10 in {1, 3} else words[5]
        text = f"{' '.join(words[:4])} {UPHELD if at % 2 else OTHER} {' '.join(words[4:])}"
        made.append(report(f"r{at}", text=text, lang=lang, url=f"https://site{at % 3}.example/{at}"))
    return made


def honest(text: str, _moderator: str) -> Told:
    return Told(Verdict.DISINFORMATION if UPHELD in text else Verdict.NOT_DISINFORMATION)


def decide_all(
    desk: Desk,
    moderators: Sequence[str] = ("ann", "ben", "cy"),
    answer: Answer = honest,
    *,
    start: datetime = NOW,
) -> list[str]:
    """Let moderators decide every open case in turn, a minute each; return the cases."""
    decided: list[str] = []
    while got := claim(
        desk,
        moderators[len(decided) * 5 // 2 % len(moderators)],
        now=start + timedelta(minutes=len(decided)),
        drawn_every=20,
    ):
        told = answer(show(desk, got.case, now=NOW).content, got.moderator)
        ruling = Ruling(verdict=told.verdict, reason="read", confirmed=told.confirmed, struck=told.struck)
        decide(
            desk,
            got.case,
            ruling,
            moderator=got.moderator,
            lease_token=got.token,
            known_markers=("technique:Doubt", "technique:Loaded_Language", "frame:Economic"),
            now=start + timedelta(minutes=len(decided)),
        )
        decided.append(got.case)
    return decided


def busy(
    desk: Desk,
    count: int,
    *,
    first: int = 0,
    moderators: Sequence[str] = ("ann", "ben", "cy"),
    answer: Answer = honest,
) -> list[str]:
    """Take reports in and let moderators decide them; whatever comes first is decided first."""
    take(desk, reports(count, first=first))
    return decide_all(desk, moderators, answer, start=NOW + timedelta(hours=first))
