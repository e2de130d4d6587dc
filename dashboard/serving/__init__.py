"""The application on its sockets: plain HTTP by waitress, HTTPS by a front of our own before it."""
