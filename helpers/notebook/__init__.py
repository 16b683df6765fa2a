"""What a notebook does for its reader: the first cell, advice below an error, texts of pictures."""
