"""RBAC: who is granted what, as the authorizer decides it."""
