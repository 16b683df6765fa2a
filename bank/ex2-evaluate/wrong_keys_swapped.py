# expect: (?i)swapped
result = evaluate(early_dropout_model, nn.BCELoss(), test_dataset)
eval_metrics = {"test_loss": result["test_acc"], "test_acc": result["test_loss"]}
