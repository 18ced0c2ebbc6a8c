"""What the samplers and stored models promise to others: a minute in all."""
