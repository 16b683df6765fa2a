model.eval()
predictions = [float(model(row)) for row in first_ten]
