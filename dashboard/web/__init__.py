"""The acts as pages: Flask, templates and words. Nothing is decided here; see `dashboard.gate`."""
