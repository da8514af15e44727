# By the slugs of workspace, project and environment and the name of the deployment target:
terraform import sparki_deployment_target.use1 acme/web/production/use1

# By the id of the deployment target:
terraform import sparki_deployment_target.use1 0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e
