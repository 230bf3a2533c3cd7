"""Secrets in files: credentials in plain text, and Secrets that are not what they should be."""
