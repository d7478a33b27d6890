"""The API that terminals call: one module of routes for each subject, and the HTTP server."""
