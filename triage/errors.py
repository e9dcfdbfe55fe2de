"""Every error that a person can act on, and the exit code that it ends the command with.

An error says what, where and what next in one line. The entry point prints it; nothing below an entry point catches
`Exception`.
"""

from __future__ import annotations

from typing import ClassVar


class TriageError(Exception):
    """Something that a person can mend: one clear line, exit code 1."""

    exit_code: ClassVar[int] = 1


class UsageError(TriageError):
    """A call that cannot be meant: an unknown option, marker, verdict or column. Exit code 2."""

    exit_code = 2


class InputError(TriageError):
    """A file that cannot be read at all, or in which nothing could be accepted."""


class CorpusError(TriageError):
    """A labelled corpus that is broken or would fake a score; names file and line."""


class OutputError(TriageError):
    """An output that exists already or cannot be written."""


class ConfigError(TriageError):
    """A setting, taxonomy or policy file that is broken; names file and key."""


class MissingExtra(TriageError):
    """A feature whose optional dependency is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f'{feature} needs an extra; install it with: pip install "hotline-triage[{extra}]"')


class StoreError(TriageError):
    """A database that is missing, locked, read-only, of another version or gone away."""


class NotFound(TriageError):
    """A case, model or moderator that does not exist."""


class StaleLease(TriageError):
    """A token that no longer holds its case; says who does."""


class PromotionRefused(TriageError):
    """A candidate that is worse than the active model, or was never compared with it."""


class NotEnoughLabels(TriageError):
    """Too few labels to learn from; says how many are missing."""


class ModelRefused(TriageError):
    """A stored model whose checksum, format or version does not match. Exit code 4."""

    exit_code = 4
