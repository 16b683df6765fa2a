def words_of(text):
    current = ""
    for ch in text + " ":
        if ch.isspace():
            if (word := current):
                yield word
            current = ""
        elif ch not in string.punctuation:
            current += ch


def tokenize(data_list: list[str]) -> list[list[str]]:
    return [[*words_of(text)] for text in data_list]
