output "project_id" {
  description = "Identifier of the project, as the data source reads it."
  value       = data.sparki_project.web.id
}

output "pipeline" {
  description = "Version and size of the pipeline."
  value = {
    version     = sparki_pipeline.ci.version
    steps_count = sparki_pipeline.ci.steps_count
  }
}

output "environments" {
  description = "Identifiers of the environments, by slug."
  value = {
    for environment in [
      sparki_environment.development,
      sparki_environment.staging,
      sparki_environment.production,
    ] : environment.slug => environment.id
  }
}

output "cluster_arn" {
  description = "ARN of the EKS cluster that production runs on."
  value       = sparki_eks_cluster.main.arn
}

output "targets" {
  description = "Where each environment is deployed to: the platform of its target."
  value = {
    staging    = sparki_deployment_target.staging.platform
    production = sparki_deployment_target.production.platform
  }
}
