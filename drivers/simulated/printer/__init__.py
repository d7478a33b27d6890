"""A simulated receipt printer, from its byte stream to the picture of its paper."""
