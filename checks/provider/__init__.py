"""Rules about what installers and providers of clusters are told."""
