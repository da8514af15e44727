data "sparki_eks_addon" "coredns" {
  path = "us-east-1/main/coredns"
}

output "coredns_version" {
  value = data.sparki_eks_addon.coredns.installed_version
}
