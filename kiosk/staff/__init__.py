"""Who works at this service point, may they come in, and what may they do?"""
