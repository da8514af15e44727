resource "sparki_workspace" "main" {
  name                = "Acme"
  slug                = var.workspace
  description         = "Everything that Acme ships."
  deletion_protection = var.deletion_protection
}

resource "sparki_project" "web" {
  workspace_id = sparki_workspace.main.id
  name         = "Web"
  slug         = "web"
  git_url      = var.git_url
}

resource "sparki_pipeline" "ci" {
  project_id = sparki_project.web.id
  name       = "ci"
  triggers   = ["push", "pull_request"]

  stages = [
    {
      name = "test"
      steps = [
        { name = "unit", command = "npm test", timeout = "10m" },
        { name = "lint", command = "npm run lint" },
      ]
    },
    {
      name = "build"
      steps = [
        { name = "image", command = "docker build -t web .", env = { DOCKER_BUILDKIT = "1" }, retry = 2 },
      ]
    },
  ]
}

# A release goes from development to staging to production, and can skip neither.

resource "sparki_environment" "development" {
  project_id = sparki_project.web.id
  name       = "Development"
}

resource "sparki_environment" "staging" {
  project_id    = sparki_project.web.id
  name          = "Staging"
  tier          = "staging"
  promotes_from = [sparki_environment.development.id]
}

resource "sparki_environment" "production" {
  project_id          = sparki_project.web.id
  name                = "Production"
  tier                = "production"
  promotes_from       = [sparki_environment.staging.id]
  allowed_branches    = ["main"]
  deletion_protection = var.deletion_protection
}

resource "sparki_eks_cluster" "main" {
  name                = "${var.workspace}-main"
  version             = var.kubernetes_version
  role_arn            = var.cluster_role_arn
  subnet_ids          = var.subnet_ids
  deletion_protection = var.deletion_protection

  # Nodes need a network. Add-ons that are managed, by sparki_eks_addon, can take its place later.
  bootstrap_self_managed_addons = true
}

resource "sparki_eks_node_group" "workers" {
  cluster_name = sparki_eks_cluster.main.name
  name         = "workers"
  role_arn     = var.node_role_arn
  subnet_ids   = var.subnet_ids
  min          = 1
  max          = 3
}

resource "sparki_deployment_target" "staging" {
  environment_id = sparki_environment.staging.id
  name           = "preview"

  custom = {
    script = "./deploy.sh staging"
  }
}

resource "sparki_deployment_target" "production" {
  environment_id = sparki_environment.production.id
  name           = "use1"

  kubernetes = {
    cluster_arn = sparki_eks_cluster.main.arn
    namespace   = "web"
    workload    = "web"
  }

  strategy = {
    type  = "canary"
    steps = [10, 50, 100]
  }

  health_checks = [
    { name = "ready", type = "http", url = "https://web.example.com/readyz" },
  ]

  depends_on = [sparki_eks_node_group.workers]
}

# Another configuration finds what is made here by its path, "acme/web". Here the id says that it comes later.
data "sparki_project" "web" {
  id = sparki_project.web.id
}
