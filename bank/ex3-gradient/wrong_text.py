# expect: text in place
gradient_alpha = ["lambda_1*alpha_1", "lambda_2*alpha_2"]
