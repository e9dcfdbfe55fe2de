from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from triage.rank.agreement import alpha, share_with_others

CASES = st.lists(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz")), min_size=1, max_size=12)


@given(CASES)
def test_alpha_is_that_of_the_published_library(said: list[dict[str, str]]) -> None:
    ours = alpha(said)
    assume(ours is not None)

    table = [["xyz".index(case[name]) if name in case else np.nan for case in said] for name in "abcd"]
    assert ours == pytest.approx(krippendorff.alpha(table, level_of_measurement="nominal"))


def test_nothing_to_compare_has_no_alpha() -> None:
    assert alpha([{"ann": "yes"}, {"bob": "no"}]) is None
    assert alpha([{"ann": "yes", "bob": "yes"}]) is None


def test_a_moderator_who_turns_every_verdict_shares_none() -> None:
    said = [{"ann": one, "bob": one, "cy": other} for one, other in (("yes", "no"), ("no", "yes"))]

    assert share_with_others(said) == {"ann": (2, 0.5), "bob": (2, 0.5), "cy": (2, 0.0)}
