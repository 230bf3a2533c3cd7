"""Rules about kubeadm documents."""
