"""Settings of kube-proxy."""
