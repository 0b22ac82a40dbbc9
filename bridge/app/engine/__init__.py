"""The engine process: the session and the model's thread."""
