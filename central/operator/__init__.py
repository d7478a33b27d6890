"""The operator's commands of the central service: `central …`."""
