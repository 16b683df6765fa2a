# expect: (?i)order
model.eval()
predictions = model(first_ten).flatten().flip(0)
