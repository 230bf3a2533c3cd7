"""Rules of the family controller-manager."""
