"""Phrases that tell what a page is about: text in, scores with evidence out.

One automaton holds every phrase, the house's own and imported ones. Reading files, and what a score
means for a child, do not belong here: `documents/phrases.py`, `policies/deciders.py`.
"""
