# expect: (?i)width|units
smaller_model = original_model
