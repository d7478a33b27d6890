"""The HTTP server of the calls: connections with limits and deadlines, below the application."""
