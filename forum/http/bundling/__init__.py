"""Makes what browsers load: fonts with the letters we need, bundles of styles and scripts. See `make assets`."""
