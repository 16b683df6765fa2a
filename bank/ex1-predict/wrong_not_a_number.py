# expect: [Nn]a[Nn]|not what the model says|outside
predictions = [float("nan")] * 10
