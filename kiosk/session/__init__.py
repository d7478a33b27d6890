"""The running terminal: the controller's loop, effect handlers, device tasks, time-outs."""
