# Region and name of the cluster.
terraform import sparki_eks_cluster.main us-east-1/main

# The name alone, if the cluster is in the provider's region.
terraform import sparki_eks_cluster.main main
