data "sparki_project" "web" {
  path = "acme/web"
}

resource "sparki_pipeline" "ci" {
  project_id = data.sparki_project.web.id
  name       = "ci"
  triggers   = ["push", "pull_request"]

  stages = [
    {
      name = "test"
      steps = [
        { name = "unit", command = "npm test", timeout = "10m" },
        { name = "end-to-end", command = "npm run e2e", timeout = "30m", retry = 2 },
      ]
    },
    {
      name = "build"
      steps = [
        { name = "image", command = "docker build -t web .", env = { DOCKER_BUILDKIT = "1" } },
      ]
    },
  ]

  environment = {
    NODE_ENV = "test"
  }

  concurrency = {
    group       = "web-ci"
    on_conflict = "cancel"
  }
}

# The same kind of pipeline, written as a document.
resource "sparki_pipeline" "release" {
  project_id = data.sparki_project.web.id
  name       = "release"
  triggers   = ["tag"]

  configuration_json = jsonencode({
    version = "v1"
    stages = [
      {
        name  = "publish"
        steps = [{ name = "publish", command = "npm publish" }]
      },
    ]
  })
}
