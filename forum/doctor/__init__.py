"""Looks at a site and says what is wrong with it, and what to do: `manage.py doctor`."""
