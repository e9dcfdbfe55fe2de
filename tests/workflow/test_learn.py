from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from learning_desk import TOPIC, UPHELD, Told, busy, honest, reports
from sample_desk import KEY, NOW, take

from triage.domain.case import Verdict
from triage.domain.model import Kind, Promotion
from triage.errors import NotEnoughLabels, NotFound, PromotionRefused
from triage.learn.lessons import part
from triage.learn.upheld_files import load
from triage.rank.policy import Policy
from triage.store import audit, snapshots, upheld
from triage.workflow.database import Desk, init, open_desk
from triage.workflow.learn import PriorityCandidate, compare_priority, learn_priority
from triage.workflow.lessons import decided_cases
from triage.workflow.promote import active, promote, rollback
from triage.workflow.purge import erase_reporter
from triage.workflow.queue import refresh, why
from triage.workflow.rebuild import lost, rebuild
from triage.workflow.reconsider import undo
from triage.workflow.review import Ruling, decide
from triage.workflow.rules import Rules

FIVE = ("ann", "ben", "cy", "dee", "eve")


def learn(desk: Desk, home: Path) -> PriorityCandidate:
    return learn_priority(desk, home / "models", by="ann", now=NOW)


def put(desk: Desk, home: Path, name: str, reason: str = "") -> Promotion:
    return promote(desk, name, shelf=home / "models", by="ann", reason=reason, now=NOW)


def rank_by(desk: Desk, home: Path, now: datetime = NOW) -> None:
    name = active(desk, Kind.PRIORITY)
    model = load(home / "models" / name) if name else None
    for _ in refresh(desk, Policy(), None, now=now, only_changed=False, priority=model):
        pass


def test_a_priority_model_learns_which_cases_moderators_uphold(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 60)

    made = learn(desk, tmp_path)

    take(desk, reports(4, first=100))
    with desk.reading() as connection:
        lessons = [one.lesson for one in decided_cases(connection, desk.identity.id) if one.lesson]
    said = made.model.score_cases([one.seen for one in lessons])
    assert all((one.probability > 0.5) == (lesson.value == 1) for one, lesson in zip(said, lessons, strict=True))
    assert load(made.folder).id == made.model.id


def test_the_newest_fifth_of_the_cases_is_held_out_and_on_record(desk: Desk, tmp_path: Path) -> None:
    cases = busy(desk, 60)

    made = learn(desk, tmp_path)

    with desk.reading() as connection:
        kept = snapshots.find(connection, made.model.manifest["snapshot"])
    assert kept is not None
    assert [str(row["case"]) for row in kept.body["held"]] == cases[-12:]
    assert {str(row["case"]) for row in kept.body["training"]}.isdisjoint(cases[-12:])


def test_too_few_decisions_say_how_many_of_each_class_are_missing(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 10)

    with pytest.raises(NotEnoughLabels, match="6 upheld and 6 not upheld missing"):
        learn(desk, tmp_path)
    assert not (tmp_path / "models").exists()


def test_cannot_tell_teaches_nothing(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 40, answer=lambda text, who: Told(Verdict.CANNOT_TELL) if UPHELD in text else honest(text, who))

    with pytest.raises(NotEnoughLabels, match="10 upheld missing"):
        learn(desk, tmp_path)


def test_the_same_snapshot_gives_the_same_model_byte_for_byte(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 50)
    made = learn(desk, tmp_path)
    before = {file.name: file.read_bytes() for file in made.folder.glob("*.npy")}

    again = rebuild(desk, made.model.id, shelf=tmp_path / "models", taxonomy=None)  # type: ignore[arg-type]
    elsewhere = rebuild(
        desk,
        str(made.model.manifest["snapshot"]),
        shelf=tmp_path / "other",
        taxonomy=None,  # type: ignore[arg-type]
    )

    assert (again.model, again.is_same) == (made.model.id, True)
    assert (elsewhere.model, elsewhere.is_same) == (made.model.id, False)
    assert {file.name: file.read_bytes() for file in elsewhere.folder.glob("*.npy")} == before
    assert (elsewhere.folder / "manifest.json").read_bytes() == (made.folder / "manifest.json").read_bytes()


def test_later_decisions_and_scores_do_not_change_what_a_snapshot_rebuilds(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 50)
    made = learn(desk, tmp_path)
    busy(desk, 10, first=50)
    take(desk, [replace(one, id=f"again-{one.id}", subject="") for one in reports(20)])

    assert rebuild(desk, made.model.id, shelf=tmp_path / "models", taxonomy=None).is_same  # type: ignore[arg-type]


def test_erased_content_is_missed_and_nothing_is_fitted_from_the_rest(desk: Desk, tmp_path: Path) -> None:
    first, *others = reports(50)
    take(desk, [replace(first, reporter="p-1"), *others])
    busy(desk, 0)
    made = learn(desk, tmp_path)
    ident = made.model.manifest["snapshot"]
    assert lost(desk, ident) == ""

    erase_reporter(desk, "p-1", by="ann", now=NOW)

    assert lost(desk, ident) == f"snapshot {ident} lost 1 of 40 cases to erasure (1); its model cannot be rebuilt"
    with pytest.raises(NotEnoughLabels, match="lost 1 of 40 cases"):
        rebuild(desk, ident, shelf=tmp_path / "other", taxonomy=None)  # type: ignore[arg-type]
    assert not (tmp_path / "other").exists()
    with desk.reading() as connection:
        assert 1 not in {one.case for one in decided_cases(connection, desk.identity.id)}


def test_a_snapshot_keeps_no_word_of_a_text_and_a_manifest_no_name(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 50)
    made = learn(desk, tmp_path)

    with desk.reading() as connection:
        kept = snapshots.find(connection, made.model.manifest["snapshot"])
    assert kept is not None
    assert "bakers" not in str(kept.body)
    manifest = (made.folder / "manifest.json").read_text()
    assert "bakers" not in manifest
    assert '"ann"' not in manifest


def test_nothing_new_is_said_and_a_corrected_decision_teaches_anew(desk: Desk, tmp_path: Path) -> None:
    """The watermark is what was decided, not how much: the number of labels stays the same here."""
    case = busy(desk, 50)[0]
    made = learn(desk, tmp_path)
    put(desk, tmp_path, made.model.id)
    with pytest.raises(NotEnoughLabels, match="no decision was made, undone or put right since"):
        learn(desk, tmp_path)

    held = undo(desk, case, moderator="ann", reason="a slip", rules=Rules(), now=NOW)
    assert held
    ruling = Ruling(verdict=Verdict.DISINFORMATION, reason="read again")
    decide(desk, case, ruling, moderator="ann", lease_token=held.token, known_markers=(), now=NOW)
    again = learn(desk, tmp_path)

    assert again.model.id != made.model.id
    assert again.model.manifest["labels"] == made.model.manifest["labels"]
    assert again.model.manifest["upheld"] == made.model.manifest["upheld"] + 1


def test_a_model_of_another_desk_is_refused_by_name(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 50)
    with open_other(tmp_path) as other:
        busy(other, 60)
        made = learn(other, tmp_path)
    put(desk, tmp_path, made.model.id, reason="a trial")

    with pytest.raises(NotEnoughLabels, match=r"was learnt from another desk \("):
        learn(desk, tmp_path)


def test_a_record_that_was_set_back_is_known_by_its_watermark(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 50)
    made = learn(desk, tmp_path)
    put(desk, tmp_path, made.model.id)
    real = audit.digest_of
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "digest_of", lambda connection, number: real(connection, number - 1))

        with pytest.raises(NotEnoughLabels, match="does not have like that: an older backup"):
            learn(desk, tmp_path)


def test_the_first_priority_model_needs_no_other_and_every_later_one_a_comparison(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 60)
    first = learn(desk, tmp_path)
    busy(desk, 60, first=60)
    second = learn(desk, tmp_path)  # nothing is active yet, so it was compared with nothing
    put(desk, tmp_path, first.model.id)

    with pytest.raises(PromotionRefused, match=r"never compared with the active .*triage model compare"):
        put(desk, tmp_path, second.model.id)
    compared = compare_priority(desk, second.model.id, tmp_path / "models", by="ann", now=NOW)

    assert compared["slices"]["overall"]["within"]["gain"] == 0
    assert put(desk, tmp_path, second.model.id).replaced == first.model.id


def test_a_worse_candidate_is_refused_without_a_written_reason(desk: Desk, tmp_path: Path) -> None:
    """Decisions of the second batch turn what was upheld round, but for the newest, which are held out."""
    busy(desk, 60)
    put(desk, tmp_path, learn(desk, tmp_path).model.id)
    turned = {honest(UPHELD, "").verdict: Verdict.NOT_DISINFORMATION}

    def reverse(text: str, who: str) -> Told:
        return Told(turned.get(honest(text, who).verdict, Verdict.DISINFORMATION))

    busy(desk, 120, first=60, answer=reverse)
    busy(desk, 45, first=180)
    candidate = learn(desk, tmp_path)

    assert "overall (within)" in candidate.comparison["worse"]
    with pytest.raises(PromotionRefused, match=r"is held back: it is worse in .*state a --reason"):
        put(desk, tmp_path, candidate.model.id, reason="  ")
    assert put(desk, tmp_path, candidate.model.id, reason="the rules have changed").model == candidate.model.id


def test_three_of_eight_who_clear_a_topic_are_seen_before_it_is_learnt(desk: Desk, tmp_path: Path) -> None:
    eight = ("ann", "ben", "cy", "dee", "eve", "fay", "gus", "hal")
    busy(desk, 80, moderators=eight)
    put(desk, tmp_path, learn(desk, tmp_path).model.id)

    def clears(text: str, who: str) -> Told:
        return Told(Verdict.NOT_DISINFORMATION) if who in {"ann", "ben", "cy"} and TOPIC in text else honest(text, who)

    busy(desk, 240, first=80, moderators=eight, answer=clears)
    candidate = learn(desk, tmp_path)

    assert candidate.comparison["uneven"]
    with pytest.raises(PromotionRefused, match="moderators part ways in"):
        put(desk, tmp_path, candidate.model.id)


def test_with_five_moderators_nobody_carries_more_than_a_quarter(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 60, moderators=("ann",) * 8 + FIVE)

    made = learn(desk, tmp_path)

    assert made.model.manifest["moderators"]["count"] == 5
    assert made.model.manifest["moderators"]["largest_share"] <= 0.2501
    assert "WARNING" not in (made.folder / "card.md").read_text()


def test_below_five_moderators_the_card_warns(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 50)

    assert "WARNING: 3 moderators" in (learn(desk, tmp_path).folder / "card.md").read_text()


def test_urgency_hears_the_model_by_name_and_going_back_silences_it_at_once(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 60)
    take(desk, reports(2, first=200))
    case, cold = "62", why(desk, "62", now=NOW)[0]
    put(desk, tmp_path, learn(desk, tmp_path).model.id)
    rank_by(desk, tmp_path)

    warm = why(desk, case, now=NOW)[0]

    assert "upheld" not in cold.parts
    assert warm.details["upheld"]["model"] == active(desk, Kind.PRIORITY)
    assert warm.details["upheld"]["probability"] > 0.5
    assert warm.urgency == pytest.approx(sum(warm.parts.values()), abs=0.002)
    assert why(desk, "61", now=NOW)[0].urgency < warm.urgency
    assert rollback(desk, shelf=tmp_path / "models", by="ann", reason="", now=NOW, kind=Kind.PRIORITY).model is None
    rank_by(desk, tmp_path)
    assert why(desk, case, now=NOW)[0].parts == cold.parts


def test_in_a_language_without_decisions_the_policy_alone_orders(desk: Desk, tmp_path: Path) -> None:
    busy(desk, 60)
    take(desk, reports(1, first=201, lang="uk"))
    put(desk, tmp_path, learn(desk, tmp_path).model.id)

    rank_by(desk, tmp_path)

    assert why(desk, "61", now=NOW)[0].details["upheld"]["probability"] is None


def test_a_case_is_scored_anew_when_its_facts_change(desk: Desk, tmp_path: Path) -> None:
    """Even where it was ranked in the meantime while another model, or none, was active."""
    busy(desk, 60)
    put(desk, tmp_path, learn(desk, tmp_path).model.id)
    one = replace(reports(1, first=201)[0], text="what they said of the new harbour was not clear to anyone there")
    take(desk, [one])
    rank_by(desk, tmp_path, NOW - timedelta(minutes=1))
    name = str(active(desk, Kind.PRIORITY))
    take(desk, [replace(one, id=f"copy-{at}", received_at=NOW - timedelta(hours=at), url="") for at in range(3)])
    with desk.reading() as connection:
        before = upheld.unsaid(connection, name, [61])

    rank_by(desk, tmp_path)

    with desk.reading() as connection:
        assert (before, upheld.unsaid(connection, name, [61])) == ({61}, set())


def test_a_model_that_is_none_has_no_snapshot_to_rebuild(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no model nowhere"):
        rebuild(desk, "nowhere", shelf=tmp_path, taxonomy=None)  # type: ignore[arg-type]


def test_a_case_that_the_active_model_saw_is_never_held_out(desk: Desk) -> None:
    busy(desk, 20)
    with desk.reading() as connection:
        lessons = [one.lesson for one in decided_cases(connection, desk.identity.id) if one.lesson]

    training, held = part(lessons, frozenset({"20"}))

    assert [one.case for one in held] == ["17", "18", "19"]
    assert len(training) == 17


def open_other(home: Path):  # type: ignore[no-untyped-def]
    """A second desk beside the first."""
    url = f"sqlite:///{home / 'other.db'}"
    init(url, key=KEY, home=home, actor="ann", seed=0, now=NOW)
    return open_desk(url)
