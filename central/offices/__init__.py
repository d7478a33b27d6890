"""How do the offices get their share of each case, and what comes back?"""
