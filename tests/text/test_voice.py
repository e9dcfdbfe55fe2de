from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.score import Voice
from triage.text.voice import pieces

LANGS = st.sampled_from(["", "und", "en", "zh", "ru", "fr", "de", "es", "ar", "uk", "bg", "pl"])
CUES = """said |that |the mayor |— |“|”|"|«|»|: |, |. |заявил, что |表示，|说|「|」|a déclaré que
|sagte, |dijo que |قال إن |According to |? |> |疫苗|мост"""
SPEECH = st.lists(st.sampled_from(CUES.split("|")), max_size=20).map("".join)


def quoted(text: str, lang: str = "") -> list[str]:
    return [text[start:end].strip() for start, end, voice in pieces(text, 0, len(text), lang) if voice is Voice.QUOTED]


@given(st.text() | SPEECH, st.integers(0, 80), st.integers(0, 80), LANGS)
def test_pieces_cover_the_passage_in_order_and_change_voice(text: str, one: int, other: int, lang: str) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))

    found = pieces(text, start, end, lang)

    if start == end:
        assert found == []
    else:
        assert (found[0][0], found[-1][1]) == (start, end)
        assert all(first < last for first, last, _ in found)
        assert all(left[1] == right[0] and left[2] is not right[2] for left, right in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", 'Ambry called the wall "a monument to panic" again.', ['"a monument to panic"']),
        (
            "en",
            "“We know that it is long,” said the clerk, “but it failed.”",
            ["“We know that it is long,”", "“but it failed.”"],
        ),
        ("en", "The mayor said on Monday that the wall must go. It must not.", ["the wall must go."]),
        ("en", "Ambry said the wall would fall.", ["the wall would fall."]),
        ("en", "According to the report, it is a waste.", ["it is a waste."]),
        ("en", "The wall is too high, the mayor said on Monday.", ["The wall is too high"]),
        ("en", "The wall is too high, said Councillor Ambry.", ["The wall is too high"]),
        ("en", "He said that the “plan of the whole town” leaks.", ["the “plan of the whole town” leaks."]),
        ("zh", "承办人表示，浊度上升与豪雨有关。我不信。", ["浊度上升与豪雨有关。"]),
        ("zh", "據新華社報導，計畫將延期。", ["計畫將延期。"]),
        ("zh", "船长说得好：“码头在，青屿就在。”没人反驳。", ["“码头在，青屿就在。”"]),
        ("ru", "Мэр заявил, что деньги есть. Их нет.", ["деньги есть."]),
        ("ru", "По словам Иванова, мост не нужен.", ["мост не нужен."]),
        ("ru", "Мост не нужен, сообщили в администрации.", ["Мост не нужен"]),
        ("ru", "— Это позор, — сказал Иван. — Мы не согласны!", ["— Это позор,", "Мы не согласны!"]),
        ("fr", "Le maire a déclaré que la somme suffit.", ["la somme suffit."]),
        ("fr", "Selon le rapport, c'est peu.", ["c'est peu."]),
        ("de", "Er sagte, dass die Kosten zu hoch seien.", ["die Kosten zu hoch seien."]),
        ("de", "Laut Klinik fehlen Ärzte.", ["Klinik fehlen Ärzte."]),
        ("es", "El alcalde dijo que la cuota es una condena.", ["la cuota es una condena."]),
        ("es", "—No lo haremos —dijo Juan—. Es un robo.", ["—No lo haremos", ". Es un robo."]),
        ("ar", "وقالت المهندسة سلمى، مديرة الصيانة، إن الإيرادات ستذهب.", ["الإيرادات ستذهب."]),
        ("uk", "Міністр заявив, що грошей немає.", ["грошей немає."]),
        ("pl", "Burmistrz powiedział, że most stoi. Nie stoi.", ["most stoi."]),
        ("pl", "Zdaniem rady most stoi.", ["rady most stoi."]),
        ("en", "> They will close the school.", ["> They will close the school."]),
    ],
)
def test_other_peoples_words_are_quoted(lang: str, text: str, expected: list[str]) -> None:
    assert quoted(text, lang) == expected


@pytest.mark.parametrize("lang", ["", "und"])
def test_without_a_language_the_script_decides(lang: str) -> None:
    assert quoted("Мэр заявил, что деньги есть.", lang) == ["деньги есть."]
    assert quoted("发言人表示，计划不变。", lang) == ["计划不变。"]
    assert quoted("El alcalde dijo que no hay dinero.", lang) == ["no hay dinero."]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", 'The so-called "reform" will ruin us.'),
        ("en", "I say that they lie. Who said that we must pay?"),
        ("en", "Did the mayor say that we must pay?"),
        ("ru", "— Первый пункт — второй пункт"),
        ("en", "He came home, ate, and said nothing."),
        ("en", "Hexham, who says the most, was seen."),
        ("ru", "ООО «Ромашка» выпустило газету."),
        ("zh", "打着“升级改造”的漂亮旗号。可以说，这很好。我认为这不对。"),
        ("de", "Die Feuerwehr kam, der Rat ging."),
        ("fr", "Ce « progrès » nous ruine."),
        ("es", "La «reforma» nos arruina."),
        ("ar", "هذا «الإصلاح» سيدمرنا."),
        ("pl", "To jest prawda."),
        ("en", '"" " “”'),
    ],
)
def test_scare_quotes_and_the_authors_own_claims_are_own(lang: str, text: str) -> None:
    assert quoted(text, lang) == []


def test_a_scare_quote_that_someone_spoke_is_quoted() -> None:
    assert quoted('They call it "progress".', "en") == ['"progress".']
    assert quoted("Бабушки назвали это «позором».", "ru") == ["«позором»."]
    assert quoted("Die Liste nannte sie »einen Witz«.", "de") == ["»einen Witz«."]
