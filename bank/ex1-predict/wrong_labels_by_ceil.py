# expect: labels, not probabilities
model.eval()
predictions = (model(first_ten) - 0.5).sign().clamp(min=0)
