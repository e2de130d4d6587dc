"""The web app: review, approve, policies, reports. Reads the database; writes through the
keeper."""
