"""Vietnamese and disguised text made plain, so that one list of phrases finds every spelling.

Here live spellings only: which letters stand for which. What words mean, and what they weigh, is
no business of this folder.
"""
