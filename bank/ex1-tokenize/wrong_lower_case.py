# expect: lower case
def tokenize(data_list):
    table = str.maketrans("", "", string.punctuation)
    return [text.lower().translate(table).split() for text in data_list]
