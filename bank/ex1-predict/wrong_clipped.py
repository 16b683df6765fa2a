# expect: .*\d
model.eval()
with torch.no_grad():
    predictions = model(first_ten).clamp(0.05, 0.95)
