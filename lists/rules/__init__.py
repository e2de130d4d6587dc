"""Rules of lists that are more than a name or an address: patterns and regular expressions with
the conditions under which they hold.

`dialects.py` and `modifiers.py` read what lists write, `text.py` has the one spelling of a rule,
`building.py` makes a table of many and `table.py` finds those that hold for a visit. Nothing here
reads files, and a rule never knows which list it came from.
"""
