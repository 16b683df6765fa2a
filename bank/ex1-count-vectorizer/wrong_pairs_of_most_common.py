# expect: pairs kept
class CountVectorizer:
    def fit(self, token_list):
        self.words = Counter(token_list).most_common()
        self.ranks = {word: rank for rank, word in enumerate(self.words, start=1)}
        self.back = dict(enumerate(self.words, start=1))

    def transform_to_vec(self, token_list):
        return [self.ranks.get(word) for word in token_list]

    def transform_to_str(self, ranks):
        return [self.back.get(rank) for rank in ranks]
