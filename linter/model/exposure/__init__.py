"""What can be reached from outside a cluster, through which objects, and under which controls."""
