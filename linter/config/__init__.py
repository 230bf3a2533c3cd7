"""Settings of a run: what `hullmark.yaml` and the command line decide."""
