"""Settings of etcd: who may read the whole cluster from its store."""
