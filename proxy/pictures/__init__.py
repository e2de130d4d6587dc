"""Judging pictures: the process that decodes them, the worker's side of it, and what lies in the
folder `images` of the home.

A worker never decodes a picture and loads neither Pillow nor numpy. What pictures are and how they
are compared is `kidgate.content.images`.
"""
