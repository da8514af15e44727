data "sparki_eks_cluster" "main" {
  path = "us-east-1/main"
}

output "main_endpoint" {
  value = data.sparki_eks_cluster.main.endpoint_url
}
