# expect: characters in place of words
def tokenize(data_list):
    return [[c for c in text if c not in string.punctuation and c != " "] for text in data_list]
