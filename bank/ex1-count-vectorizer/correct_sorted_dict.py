class CountVectorizer:
    def __init__(self):
        self.word_to_rank = {}
        self.rank_to_word = {}

    def fit(self, token_list):
        counts = {}
        for word in token_list:
            counts[word] = counts.get(word, 0) + 1
        rank = 1
        for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            self.word_to_rank[word] = rank
            self.rank_to_word[rank] = word
            rank += 1
        return self

    def transform_to_vec(self, token_list):
        return [self.word_to_rank[word] if word in self.word_to_rank else None for word in token_list]

    def transform_to_str(self, ranks):
        words = []
        for rank in ranks:
            try:
                words.append(self.rank_to_word[rank])
            except KeyError:
                words.append(None)
        return words
