# expect: earlier|call before|again|remember
def tokenize(data_list, result=[]):
    for text in data_list:
        result.append(text.translate(str.maketrans("", "", string.punctuation)).split())
    return result
