# expect: 1 -|negative|other class|turned|probability of
model.eval()
with torch.no_grad():
    predictions = 1 - model(first_ten)
