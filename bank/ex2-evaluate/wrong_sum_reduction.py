# expect: loss
eval_metrics = evaluate(early_dropout_model, nn.BCELoss(reduction="sum"), test_dataset)
