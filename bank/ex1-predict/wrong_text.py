# expect: wrong type
predictions = "positive"
