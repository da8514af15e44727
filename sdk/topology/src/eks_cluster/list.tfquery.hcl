list "sparki_eks_cluster" "all" {
  provider = sparki

  config {
    region = "eu-west-1"
  }
}
