"""The harm checklist: five questions about what a case could do, answered by a moderator, weighed by the team. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from triage.errors import UsageError

QUESTIONS: Mapping[str, str] = {
    "fragmentation": "Does it set groups of people against each other, or people against those they rely on?",
    "actionability": "Could someone who believes it act on it and be hurt, or hurt others?",
    "believability": "Would those it reaches take it at its word: does it sound, look or come like what they trust?",
    "spread": "Is it spreading, or made to be passed on at once?",
    "exploitativeness": "Does it play on people who are in fear or in need, or know little of the matter?",
}
"""What is asked, in our words, one question for each dimension of FABLE: (social) fragmentation, actionability,
believability, likelihood of spread, exploitativeness (Sehat and others 2024, Misinformation as a harm: structured
approaches for fact-checking prioritization). None asks what is true."""

ANSWERS: Mapping[str, float] = {"no": 0.0, "partly": 0.5, "yes": 1.0}
"""How much of a question's weight an answer gives."""


def check_answers(answers: Mapping[str, str]) -> None:
    """Raise `UsageError` for a question or an answer that the checklist does not know."""
    for question, answer in answers.items():
        if question not in QUESTIONS:
            raise UsageError(f'"{question}" is no question of the checklist; they are {", ".join(QUESTIONS)}')
        if answer not in ANSWERS:
            raise UsageError(f'"{answer}" is no answer to {question}; use {", ".join(ANSWERS)}')


def shares(answers: Mapping[str, str], weights: Mapping[str, float]) -> dict[str, float]:
    """Return what each question gives of the full harm; together 0 to 1. What was not answered gives nothing.

    >>> shares({"spread": "yes", "actionability": "partly"}, dict.fromkeys(QUESTIONS, 1.0))["actionability"]
    0.1
    """
    full = sum(weights[question] for question in QUESTIONS)
    if not full:
        return dict.fromkeys(QUESTIONS, 0.0)
    return {one: weights[one] * ANSWERS[answers.get(one, "no")] / full for one in QUESTIONS}


def harm(answers: Mapping[str, str], weights: Mapping[str, float]) -> float:
    """Return the harm, 0 to 1, that answers to the checklist give.

    >>> harm({"spread": "yes", "actionability": "partly"}, dict.fromkeys(QUESTIONS, 1.0))
    0.3
    """
    return min(round(sum(shares(answers, weights).values()), 9), 1.0)
