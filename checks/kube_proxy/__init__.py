"""Rules of the family kube-proxy."""
