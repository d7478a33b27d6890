"""What the central service and a terminal tell each other about the terminal itself.

State, releases, service points.
"""
