"""The engine of hullmark: reads, judges and reports."""
