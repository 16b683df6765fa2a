predictions = model.eval()(first_ten).flatten().detach().cpu().numpy()
