predictions = model(first_ten)
