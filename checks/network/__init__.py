"""Network policies: what is open between pods, computed rather than guessed from the existence of a policy."""
