# expect: labels, not probabilities
predictions = (model(first_ten) > 0.5).float()
