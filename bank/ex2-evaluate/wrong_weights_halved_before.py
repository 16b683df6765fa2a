# expect: weights|model|changed
with torch.no_grad():
    for layer in early_dropout_model.modules():
        if isinstance(layer, nn.Linear):
            layer.weight *= 0.5
eval_metrics = evaluate(early_dropout_model, nn.BCELoss(), test_dataset)
