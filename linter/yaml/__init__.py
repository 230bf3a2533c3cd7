"""Located YAML: text in, nodes with exact places out. It has never heard of Kubernetes objects.

It reads what kubectl reads (sigs.k8s.io/yaml, that is go-yaml 2): scalars, keys, merges and document borders are
resolved as the cluster would, not as a Python library does by default. It must never raise on any input.

* `decode`: bytes to text; `documents`: text to documents; `nodes`: what a document holds; `scalars`: plain scalars
* `comments`: comments with places; `embedded`: documents inside scalars; `edit`: text edits that keep everything else
"""
