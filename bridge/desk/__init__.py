"""Control surfaces and DAW templates, made from the tables: pure functions to file contents."""
