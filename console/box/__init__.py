"""The box that Kidgate runs on, looked at part by part for `kidgate doctor`.

A part is a function that yields checks; it changes nothing, says nothing of what it cannot see, and
no fault of one hides another. What Kidgate itself says of its health is `console.health`'s.
"""
