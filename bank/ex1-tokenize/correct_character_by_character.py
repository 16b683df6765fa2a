def tokenize(data_list):
    result = []
    for text in data_list:
        words, word = [], ""
        for char in text + " ":
            if char.isspace():
                if word:
                    words.append(word)
                word = ""
            elif char not in string.punctuation:
                word += char
        result.append(words)
    return result
