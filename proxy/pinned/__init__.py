"""Apps that accept no certificate but their own ("pinned"), and what is learned of them.

A device that reads other sites through us and refuses one name again and again has such an app. The
keeper then lets that device have that name unopened, for a while. Whether a name may be passed so
is the policy's to say, anew for each connection (`policies.pinning`).
"""
