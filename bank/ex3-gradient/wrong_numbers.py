# expect: numbers in place
gradient_alpha = [4, 40]
