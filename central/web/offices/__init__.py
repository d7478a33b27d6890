"""Pages for the clerks, reviewers and heads of one office."""
