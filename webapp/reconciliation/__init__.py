"""Whether providers, the gateway and we say the same: what differs is written down, shown, and put right where that is clear."""
