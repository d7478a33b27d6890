"""What is installed on a terminal besides the program."""
