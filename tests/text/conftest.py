from __future__ import annotations

from hypothesis import settings

# The first example loads a library or a language model: a deadline would test the machine.
settings.register_profile("without a deadline", deadline=None)
settings.load_profile("without a deadline")
