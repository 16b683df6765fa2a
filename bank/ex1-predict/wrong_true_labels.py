# expect: not what the model says|labels
predictions = test_dataset.labels[:10]
