"""What keeps a terminal well from afar: how it is, told to the central service."""
