import {
  to = sparki_workspace.acme
  identity = {
    id = "0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e"
  }
}
