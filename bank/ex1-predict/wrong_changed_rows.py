# expect: first_ten
first_ten = torch.zeros(10, 5)
predictions = [0.5] * 10
