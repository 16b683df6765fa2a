# expect: no rank
class CountVectorizer:
    def fit(self, token_list):
        words = [word for word, _ in Counter(token_list).most_common() if len(word) > 1]
        self.rank_of = {word: rank for rank, word in enumerate(words, start=1)}
        self.word_of = dict(enumerate(words, start=1))

    def transform_to_vec(self, token_list):
        return [self.rank_of.get(word) for word in token_list]

    def transform_to_str(self, ranks):
        return [self.word_of.get(rank) for rank in ranks]
