list "sparki_deployment_target" "production" {
  provider         = sparki
  include_resource = true

  config {
    environment = "acme/web/production"
  }
}
