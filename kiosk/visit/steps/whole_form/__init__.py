"""Step: the whole merged form is looked at before it is signed."""
