# expect: not what the model says
predictions = model(train_dataset[:10][0]).detach()
