# expect: (?i)width|units
bigger_model = original_model
