"""The journal of a visit: recorded events without data of a person, and their replay."""
