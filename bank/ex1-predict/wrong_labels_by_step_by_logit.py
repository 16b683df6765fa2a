# expect: labels, not probabilities
model.eval()
predictions = (torch.logit(model(first_ten)) > 0).float()
