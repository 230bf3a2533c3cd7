"""Rules of the family kubelet."""
