results = evaluate(model=early_dropout_model, loss=nn.BCELoss(), test_dataset=test_dataset, batch_size=1024)
eval_metrics = {**results}
print(", ".join(f"{k}: {v:.3f}" for k, v in eval_metrics.items()))
