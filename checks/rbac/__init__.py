"""RBAC: what subjects can do, judged by grants and not by single roles."""
