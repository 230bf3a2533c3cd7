"""Images of containers: whether the reference means today what it meant yesterday, and where it leads."""
