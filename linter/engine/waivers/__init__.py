"""Waivers: found in comments, annotations and the configuration, matched with findings, and judged themselves."""
