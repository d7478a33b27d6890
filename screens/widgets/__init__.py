"""The dozen things a page is built from."""
