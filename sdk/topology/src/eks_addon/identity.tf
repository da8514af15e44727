import {
  to = sparki_eks_addon.coredns
  identity = {
    account_id   = "123456789012"
    region       = "us-east-1"
    cluster_name = "main"
    name         = "coredns"
  }
}
