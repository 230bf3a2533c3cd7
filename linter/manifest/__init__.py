"""Typed, lazy, never-raising views over located YAML."""
