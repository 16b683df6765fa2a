# expect: labels, not probabilities
predictions = [round(p) for p in model(first_ten)[:, 0].tolist()]
