# By the slugs of workspace and project and the name of the pipeline:
terraform import sparki_pipeline.ci acme/web/ci

# By the id of the pipeline:
terraform import sparki_pipeline.ci 0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e
