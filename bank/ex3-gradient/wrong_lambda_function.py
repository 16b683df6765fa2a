# expect: function or class
gradient_alpha = lambda alpha, eigenvalue: alpha * eigenvalue
