# expect: labels, not probabilities
model.eval()
predictions = [1.0 if p > 0.5 else 0.0 for p in model(first_ten).flatten()]
