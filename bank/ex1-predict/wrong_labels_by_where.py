# expect: labels, not probabilities
model.eval()
p = model(first_ten)
predictions = torch.where(p > 0.5, 1.0, 0.0)
