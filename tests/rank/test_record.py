from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triage.rank.record import Record, accuracy, with_record

shares = st.floats(0, 1)
records = st.integers(0, 500).flatmap(lambda decided: st.builds(Record, st.just(decided), st.integers(0, decided)))


@given(records, shares, st.floats(0.1, 100))
def test_accuracy_lies_between_the_own_share_and_the_mean(record: Record, mean: float, prior: float) -> None:
    own = record.upheld / record.decided if record.decided else mean

    assert min(own, mean) - 1e-9 <= accuracy(record, mean, prior) <= max(own, mean) + 1e-9


def test_one_case_says_less_than_many() -> None:
    assert 0.5 < accuracy(Record(1, 1), 0.5, 5) < accuracy(Record(20, 20), 0.5, 5) < 1


@given(shares, records, shares, shares)
def test_a_record_moves_quality_by_its_share_at_most(quality: float, record: Record, mean: float, share: float) -> None:
    moved = with_record(quality, record, mean, prior=5, share=share)

    assert 0 <= moved <= 1
    assert abs(moved - quality) <= share + 0.001


@given(shares, shares)
def test_who_has_no_record_moves_nothing(quality: float, mean: float) -> None:
    assert abs(with_record(quality, Record(0, 0), mean, prior=5, share=0.3) - quality) <= 0.0005
