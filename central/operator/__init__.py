"""What does the operator of the central service do? Commands beside `serve`."""
