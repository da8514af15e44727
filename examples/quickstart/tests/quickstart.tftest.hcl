# Checks the variables. Nothing is called: the provider is a mock.

mock_provider "sparki" {}

variables {
  cluster_role_arn = "arn:aws:iam::123456789012:role/cluster"
  node_role_arn    = "arn:aws:iam::123456789012:role/nodes"
  subnet_ids       = ["subnet-1", "subnet-2"]
}

run "one_subnet_is_refused" {
  command = plan

  variables {
    subnet_ids = ["subnet-1"]
  }

  expect_failures = [var.subnet_ids]
}

run "a_role_must_be_an_arn" {
  command = plan

  variables {
    node_role_arn = "nodes"
  }

  expect_failures = [var.node_role_arn]
}

run "a_workspace_must_be_a_slug" {
  command = plan

  variables {
    workspace = "Acme Inc."
  }

  expect_failures = [var.workspace]
}

run "protection_is_on_unless_it_is_turned_off" {
  command = plan

  assert {
    condition     = sparki_workspace.main.deletion_protection && sparki_eks_cluster.main.deletion_protection
    error_message = "The workspace and the cluster are to be protected by default."
  }
}
