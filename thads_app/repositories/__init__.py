"""Every SQL statement of the app. A function takes a session and a scope, and never commits."""
