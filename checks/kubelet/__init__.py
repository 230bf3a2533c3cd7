"""Settings of the kubelet: who may command a node, and what it reveals."""
