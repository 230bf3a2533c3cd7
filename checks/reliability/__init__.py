"""Whether workloads keep running: resources, probes, disruption, references that lead nowhere."""
