"""Settings of cluster components in one normal form, whatever format they are written in."""
