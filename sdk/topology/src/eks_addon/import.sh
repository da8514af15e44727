# Region, cluster and name of the add-on.
terraform import sparki_eks_addon.coredns us-east-1/main/coredns

# Without the region, if it is the provider's.
terraform import sparki_eks_addon.coredns main/coredns
