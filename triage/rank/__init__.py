"""Scores and facts about cases in, urgency in named parts and a review order out. Pure: no I/O, no clock, no chance."""
