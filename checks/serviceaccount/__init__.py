"""Service accounts of pods and their tokens."""
