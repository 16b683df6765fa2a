# expect: wrong type
loss = "binary_crossentropy"
optimizer = RMSprop(model.parameters())
