predictions = tuple(round(p, 4) for p in model(first_ten).squeeze(1).tolist())
