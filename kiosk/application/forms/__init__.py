"""Forms of an application as PDF/A-3, made from data and the templates of config/forms/.

The same data, template and ink give the same bytes, so that a signature can name digests of both.
"""
