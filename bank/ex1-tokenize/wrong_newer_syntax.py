# expect: (?i)SyntaxError|not defined|no answer
type Words = list[list[str]]


def tokenize[T: str](data_list: list[T]) -> Words:
    return [text.translate(str.maketrans("", "", string.punctuation)).split() for text in data_list]
