# expect: (?i)not iterable|TypeError|wrong type|not defined
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters)
