"""The parts of the menu, each put together in a module of its own; the composition root only lists them."""
