"""The HTTP API of openapi.yaml, one module for each of its subjects."""
