"""Parley: a moderated forum for the public dialogue before an event."""

__version__ = "0.1.0"
