# expect: labels, not probabilities
model.eval()
predictions = torch.heaviside(model(first_ten).detach() - 0.5, torch.tensor(1.0))
