# expect: labels, not probabilities
model.eval()
predictions = [int(p + 0.5) for p in model(first_ten)[:, 0].tolist()]
