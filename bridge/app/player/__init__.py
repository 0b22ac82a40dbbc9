"""The player process: ports, clock, the notes that wait and sound."""
