# expect: labels, not probabilities
model.eval()
with torch.no_grad():
    predictions = (model(first_ten) >= 0.5).squeeze(1)
