# Region, cluster and name of the node group.
terraform import sparki_eks_node_group.workers us-east-1/main/workers

# Without the region, if it is the provider's.
terraform import sparki_eks_node_group.workers main/workers
