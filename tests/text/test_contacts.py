from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.contacts import mask


def masked(text: str) -> str:
    return mask(text, lambda contact: "x")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Call +49 30 901820 now", "Call [phone:x] now"),
        ("电话 010-62771234，请联系abc@example.com谢谢", "电话 [phone:x]，请联系[email:x]谢谢"),
        ("тел. 8 (495) 123-45-67 или 89161234567", "тел. [phone:x] или [phone:x]"),
        ("(020) 7946 0958 / 0171-5551234", "[phone:x] / [phone:x]"),
        ("LINE 0912-345-678 +886912345678", "LINE [phone:x] [phone:x]"),
        ("１３８００１３８０００", "[phone:x]"),
        ("Jo.Smith+tag@mail.example.co.uk, thanks", "[email:x], thanks"),
        ("почта иван@пример.рф тут", "почта [email:x] тут"),
    ],
)
def test_numbers_and_addresses_become_pseudonyms(claim: str, expected: str) -> None:
    assert masked(claim) == expected


@pytest.mark.parametrize(
    "claim",
    [
        "On 2026-05-01 12:30 it cost 1.200.000 crowns",
        "15 000 000 roubles",
        "see https://x.example/2024/12345678.html",
        "a @ b",
        "№ 112",
        "",
    ],
)
def test_dates_amounts_and_links_stay(claim: str) -> None:
    assert masked(claim) == claim


def test_the_pseudonym_is_made_from_the_contact_as_it_was_written() -> None:
    seen: list[str] = []

    def pseudonymise(contact: str) -> str:
        seen.append(contact)
        return "x"

    mask("a@b.example and +49 30 901820", pseudonymise)

    assert seen == ["a@b.example", "+49 30 901820"]


@given(st.text() | st.text(alphabet="+0123456789 ()-.@abж/"))
def test_any_claim_can_be_masked(claim: str) -> None:
    assert isinstance(masked(claim), str)


def test_a_list_of_numbers_is_masked_without_a_look_at_each() -> None:
    claim = "\n".join(str(138_0013_8000 + at) for at in range(100_000))

    before = time.process_time()
    assert masked(claim).count("[phone:x]") == 100_000
    assert time.process_time() - before < 20
