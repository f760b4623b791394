"""Letters to travellers: what each says, how it is laid out, and how it leaves the house once."""
