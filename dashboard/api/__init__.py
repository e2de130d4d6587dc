"""The acts as JSON: `/api/v1/FAMILY/VERB`, and a description of them all, made from the code."""
