# expect: white space|tab|\\t
def tokenize(data_list):
    result = []
    for text in data_list:
        text = "".join(c for c in text if c not in string.punctuation).replace("\n", " ")
        result.append([w for w in text.split(" ") if w])
    return result
