# Region, cluster, namespace and service account.
terraform import sparki_eks_pod_identity.shop us-east-1/main/web/shop

# Without the region, if it is the provider's.
terraform import sparki_eks_pod_identity.shop main/web/shop
