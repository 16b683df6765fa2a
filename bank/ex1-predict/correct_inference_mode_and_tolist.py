with torch.inference_mode():
    predictions = model.eval()(first_ten).squeeze(1).cpu().tolist()
