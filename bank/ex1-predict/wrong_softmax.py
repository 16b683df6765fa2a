# expect: not what the model says
predictions = torch.softmax(model(first_ten), dim=0)
