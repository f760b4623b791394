"""The checkout: hold everywhere, pay once, confirm everywhere; or let everything go and give the money back."""
