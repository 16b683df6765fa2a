# expect: only one review
def tokenize(data_list):
    token_list = []
    for text in data_list:
        token_list.append(text.translate(str.maketrans("", "", string.punctuation)).split())
        return token_list
    return token_list
