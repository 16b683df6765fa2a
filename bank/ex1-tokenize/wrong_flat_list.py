# expect: flat list
def tokenize(data_list):
    tokens = []
    for text in data_list:
        tokens.extend(text.translate(str.maketrans("", "", string.punctuation)).split())
    return tokens
