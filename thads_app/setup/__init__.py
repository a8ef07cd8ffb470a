"""Setting the program up on a machine: the virtual environment and the first run."""
