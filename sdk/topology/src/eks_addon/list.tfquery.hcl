list "sparki_eks_addon" "main" {
  provider = sparki

  config {
    region       = "us-east-1"
    cluster_name = "main"
  }
}
