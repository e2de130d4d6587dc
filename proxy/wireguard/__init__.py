"""WireGuard as a way in: a device away from home comes to this gateway first, with its own key.

The protocol and the TCP in it are mitmproxy_rs's, in user space. It does not tell with which key a
packet came, and takes any source address that a peer writes into it: so each device has a server,
and a port, of its own, with its key alone. What was let in is judged at the same door as all else.
"""
