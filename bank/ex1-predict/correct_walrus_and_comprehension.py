model.eval()
with torch.inference_mode():
    predictions = [p if (p := model(row[None]).item()) <= 1 else 1.0 for row in first_ten]
