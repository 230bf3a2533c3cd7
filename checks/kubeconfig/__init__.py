"""Rules about kubeconfigs."""
