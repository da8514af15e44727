list "sparki_iam_role" "teams" {
  provider = sparki

  config {
    path_prefix = "/teams/"
  }
}
