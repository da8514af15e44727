data "sparki_pipeline" "ci" {
  path = "acme/web/ci"
}

output "ci_configuration" {
  value = {
    version = data.sparki_pipeline.ci.version
    digest  = data.sparki_pipeline.ci.configuration_digest
  }
}
