# expect: share
class CountVectorizer:
    a = {}
    b = {}

    def fit(self, token_list):
        self.a.clear()
        self.b.clear()
        for rank, (word, _) in enumerate(Counter(token_list).most_common(), 1):
            self.a[word] = rank
            self.b[rank] = word

    def transform_to_vec(self, token_list):
        return [self.a.get(word) for word in token_list]

    def transform_to_str(self, ranks):
        return [self.b.get(rank) for rank in ranks]
