# expect: negative review
predictions = 1 - model(first_ten)
