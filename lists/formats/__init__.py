"""The formats of text lists: told apart by content, and what each line gives.

One file per format: where it is defined, its vote and the grammar of its lines. `detect.py` holds
the list of them. Nothing here opens a file or counts; structured documents (JSON, YAML, databases)
are read in `lists/structured/`.

An entry stands for the name and all below it in every format (hosts files too: their authors list
`www.` beside the name for want of a wildcard), unless the format says `full:` or `exact`. Lists are
mixed more often than not, so most grammars also take the lines of the others (`plain.py`).
"""
