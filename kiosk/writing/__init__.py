"""How does somebody write Chinese here who has no keyboard at home?"""
