"""The door: every connection is judged on its first bytes, before mitmproxy is there.

What is stopped ends here, what is only passed through is relayed here, what is to be opened goes to
mitmproxy with its bytes as they came. The door may stop and relay; it lets nothing in by itself:
mitmproxy's hooks judge again whatever reaches them. Policy is not here: `arrival`, `hello` and
`requests` of this room are asked, as the hooks ask them.
"""
