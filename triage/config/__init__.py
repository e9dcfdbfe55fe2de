"""Settings, taxonomy and policy, read once at the entry point and passed down as plain values."""
