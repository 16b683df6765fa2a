# expect: wrong type
predictions = model
