"""What the API server admits: plugins, and the Pod Security defaults of a cluster."""
