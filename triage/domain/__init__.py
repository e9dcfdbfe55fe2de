"""The words of the house as frozen dataclasses and enums. No I/O, no framework, nothing heavy to import."""
