"""What leaves: scores as JSON Lines, CSV or Parquet, each output whole or not at all."""
