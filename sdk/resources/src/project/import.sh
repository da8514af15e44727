# By the slugs of workspace and project:
terraform import sparki_project.web acme/web

# By the id of the project:
terraform import sparki_project.web 0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e
