"""The pre-retirement radar (免申即享): whose month is near, and what is prepared for them.

Nothing here has a legal effect: the person reads what was prepared at a terminal, and signs
it or not.
"""
