"""Pure functions on text. They are total: whatever string comes in, none of them raises."""
