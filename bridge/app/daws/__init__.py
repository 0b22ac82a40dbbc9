"""Templates and surfaces, written and put in place."""
