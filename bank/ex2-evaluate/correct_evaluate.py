eval_metrics = evaluate(early_dropout_model, nn.BCELoss(), test_dataset)
