# expect: sigmoid twice
predictions = torch.sigmoid(model(first_ten))
