"""The figures of the README: each benchmark measures the bare thing beside ours, in the same run.

Nothing here is part of the product, and nothing asserts a time: `aims` are shown, not enforced.
What is measured runs in a process of its own; its CPU seconds and memory are read from the kernel.
"""
