# expect: restored_model
eval_metrics = evaluate(restored_model, nn.BCELoss(), test_dataset)
