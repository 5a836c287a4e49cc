"""What Parley adds to Django's databases: an end to waiting, and what to do when one is away."""
