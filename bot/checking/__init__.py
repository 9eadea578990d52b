"""Floor 3: everything that is known about good flows. Catalogues and channel limits come in as plain data."""
