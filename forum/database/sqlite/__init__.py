"""Django's SQLite, with an order among those who write."""
