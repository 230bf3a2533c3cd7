"""Pure derivations over many resources."""
