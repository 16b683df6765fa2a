# expect: .
def tokenize(data_list):
    table = str.maketrans("", "", string.punctuation)
    return [line.split() for text in data_list for line in text.translate(table).split("\n")]
