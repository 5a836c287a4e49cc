"""The whole of an instance in one file, and back: see docs/running.md."""
