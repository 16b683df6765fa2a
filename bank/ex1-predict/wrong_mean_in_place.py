# expect: 10|ten|one
model.eval()
with torch.no_grad():
    predictions = model(first_ten).mean()
