# expect: punctuation kept
def tokenize(data_list):
    print("x" * 1_000_000)
    return [text.split() for text in data_list]
