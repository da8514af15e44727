data "sparki_eks_node_group" "workers" {
  path = "us-east-1/main/workers"
}

output "workers_version" {
  value = data.sparki_eks_node_group.workers.version
}
