"""What a terminal does for the control room of the city."""
