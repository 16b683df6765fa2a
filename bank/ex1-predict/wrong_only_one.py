# expect: not ten predictions
predictions = model(first_ten[0])
