"""Work that is cut into parts and done by several processes or machines, with results in order."""
