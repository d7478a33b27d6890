"""What a technician sees and tests at the terminal.

Readiness report, guided tests, network, devices.
"""
