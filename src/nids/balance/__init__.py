"""Training sets with other shares of each class: the compared methods, and the recipe that they share."""
