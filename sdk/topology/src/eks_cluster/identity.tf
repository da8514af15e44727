import {
  to = sparki_eks_cluster.main
  identity = {
    account_id = "123456789012"
    region     = "us-east-1"
    name       = "main"
  }
}
