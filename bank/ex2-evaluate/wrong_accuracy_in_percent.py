# expect: (?i)percent
result = evaluate(early_dropout_model, nn.BCELoss(), test_dataset)
eval_metrics = {"test_loss": result["test_loss"], "test_acc": 100 * result["test_acc"]}
