data "sparki_environment" "production" {
  path = "acme/web/production"
}

output "production_release" {
  value = data.sparki_environment.production.current_release
}
