import {
  to = sparki_eks_pod_identity.shop
  identity = {
    account_id      = "123456789012"
    region          = "us-east-1"
    cluster_name    = "main"
    namespace       = "web"
    service_account = "shop"
  }
}
