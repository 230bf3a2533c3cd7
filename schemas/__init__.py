"""Packaged schemas and fact tables of hullmark."""
