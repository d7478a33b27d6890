"""Parts of `script/bench boot`: what is put into virtual machines, and what is looked at."""
