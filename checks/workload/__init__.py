"""Pods and their containers: what they may do to the node they run on, and what code in them can reach."""
