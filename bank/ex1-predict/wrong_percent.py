# expect: percent
predictions = [100 * p for p in model(first_ten)[:, 0].tolist()]
