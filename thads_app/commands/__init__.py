"""The commands of `thads`, one module per area; each exposes `register(group)`."""
