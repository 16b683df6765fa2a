# expect: some punctuation kept
def tokenize(data_list):
    table = str.maketrans("", "", string.punctuation.replace("-", ""))
    return [text.translate(table).split() for text in data_list]
