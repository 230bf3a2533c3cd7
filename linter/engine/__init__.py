"""The run: files are judged, linked, judged together, selected and suppressed, and become one report."""
