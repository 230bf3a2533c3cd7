"""Who may do what in the cluster: roles, bindings, and the powers that they add up to."""
