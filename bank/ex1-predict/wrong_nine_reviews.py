# expect: 9|ten|10
model.eval()
with torch.no_grad():
    predictions = [model(first_ten[i : i + 1]).item() for i in range(1, 10)]
