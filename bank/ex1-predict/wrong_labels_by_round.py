# expect: labels, not probabilities
model.eval()
predictions = model(first_ten).round()
