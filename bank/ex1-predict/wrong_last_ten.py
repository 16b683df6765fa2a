# expect: other|review|first
model.eval()
with torch.no_grad():
    predictions = model(test_dataset[-10:].row if len(test_dataset) else first_ten)
