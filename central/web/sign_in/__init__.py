"""Set-up of an account, log-in and log-out."""
