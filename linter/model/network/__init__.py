"""Who can reach whom: network policies of every kind, folded into answers about connections."""
