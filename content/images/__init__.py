"""Pictures: hashes and the lists they are looked up in, labels, what a model says, what stands in
for a picture that is not shown. Bytes in, verdicts out.

No file, no clock and no process here: `kidgate.proxy.pictures` has those. Pillow and numpy are
imported by the modules that decode (`decode`, `pdq`, `near`, `model`) and by no other, so that a
worker never loads them.
"""
