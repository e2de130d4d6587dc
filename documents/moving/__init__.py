"""What other filters' configurations mean here: their text in, a `Plan` out.

Nothing is written, fetched or asked; what cannot be said in Kidgate's words is named with its
reason. Files are read through `files.py` alone; the plan is shown and carried out by `console`.
"""
