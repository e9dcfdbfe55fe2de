"""What learns: features, the marker model, calibration, evaluation, and the stored model with its card."""
