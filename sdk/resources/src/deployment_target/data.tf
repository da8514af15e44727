data "sparki_deployment_target" "use1" {
  path = "acme/web/production/use1"
}

output "production_platform" {
  value = data.sparki_deployment_target.use1.platform
}
