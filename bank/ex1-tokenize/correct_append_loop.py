def tokenize(data_list):
    token_list = []
    for text in data_list:
        for mark in string.punctuation:
            text = text.replace(mark, "")
        token_list.append(text.split())
    return token_list
