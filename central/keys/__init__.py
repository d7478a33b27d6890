"""The keys of the service that are no secret of a person: receipts, certificates, public halves."""
