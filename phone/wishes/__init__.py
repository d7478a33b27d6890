"""The page of wishes: what somebody wants to do after retirement, withdrawn by a press."""
