"""Air travel: what both flight services sell; never a process of its own."""
