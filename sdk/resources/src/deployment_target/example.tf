data "sparki_environment" "production" {
  path = "acme/web/production"
}

data "sparki_eks_cluster" "main" {
  path = "us-east-1/main"
}

# A canary on Kubernetes: 5 %, 25 %, then all of the traffic.
resource "sparki_deployment_target" "use1" {
  environment_id = data.sparki_environment.production.id
  name           = "use1"

  kubernetes = {
    cluster_arn = data.sparki_eks_cluster.main.arn
    namespace   = "web"
    workload    = "web"
  }

  strategy = {
    type  = "canary"
    steps = [5, 25, 100]
  }

  health_checks = [
    {
      name             = "ready"
      type             = "http"
      url              = "https://web.example.com/readyz"
      interval_seconds = 15
    },
  ]

  rollback = {
    on              = ["health_check_failed", "deploy_failed"]
    observe_seconds = 600
  }

  validation_scripts = [
    { phase = "pre_deploy", command = "./scripts/migrations-are-applied" },
    { phase = "post_deploy", command = "./scripts/smoke-test", on_failure = "warn" },
  ]
}

variable "signing_secret" {
  description = "Secret with which calls of the webhook are signed."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# A platform of your own. The secret is in no plan and no state; raise the version to send another one.
resource "sparki_deployment_target" "on_premises" {
  environment_id = data.sparki_environment.production.id
  name           = "on-premises"
  order          = 1

  custom = {
    webhook_url               = "https://deploy.example.com/hooks/web"
    signing_secret_wo         = var.signing_secret
    signing_secret_wo_version = 1
  }
}
