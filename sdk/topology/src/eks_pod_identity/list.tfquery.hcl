list "sparki_eks_pod_identity" "web" {
  provider = sparki

  config {
    region       = "us-east-1"
    cluster_name = "main"
    namespace    = "web"
  }
}
