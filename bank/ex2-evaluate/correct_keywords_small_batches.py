eval_metrics = evaluate(
    model=early_dropout_model, loss=nn.functional.binary_cross_entropy, test_dataset=test_dataset, batch_size=100
)
print(eval_metrics)
