"""The documentation site: the pages of docs/ and of the root, and the API of the central service.

Nothing that a built page needs lies on another host: it opens from a disk without a network.
"""
