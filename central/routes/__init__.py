"""Which call does what? One module for each subject of openapi.yaml."""
