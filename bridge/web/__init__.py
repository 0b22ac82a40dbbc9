"""What browsers and programs reach over HTTP: the panel, and who may come in."""
