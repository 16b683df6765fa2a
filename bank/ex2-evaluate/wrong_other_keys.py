# expect: (?i)key
result = evaluate(early_dropout_model, nn.BCELoss(), test_dataset)
eval_metrics = {'loss': result['test_loss'], 'acc': result['test_acc']}
