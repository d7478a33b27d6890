"""E-seals on PDF forms: PAdES by pyHanko, and the check of a seal by its authority's certificate.

Beside it: what is kept of forms, and the reading of a stranger's file. The only room that imports
pyHanko. Keys are given to it (`central.keys.seal_keys`).
"""
