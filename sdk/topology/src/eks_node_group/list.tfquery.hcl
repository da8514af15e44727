list "sparki_eks_node_group" "main" {
  provider = sparki

  config {
    region       = "us-east-1"
    cluster_name = "main"
  }
}
