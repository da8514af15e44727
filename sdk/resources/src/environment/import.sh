# By the slugs of workspace, project and environment:
terraform import sparki_environment.production acme/web/production

# By the id of the environment:
terraform import sparki_environment.production 0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e
