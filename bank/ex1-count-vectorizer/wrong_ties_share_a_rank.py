# expect: equally frequent words share a rank
class CountVectorizer:
    def fit(self, token_list):
        counts = Counter(token_list)
        levels = sorted(set(counts.values()), reverse=True)
        self.a = {word: levels.index(n) + 1 for word, n in counts.items()}
        self.b = {rank: word for word, rank in self.a.items()}

    def transform_to_vec(self, token_list):
        return [self.a.get(word) for word in token_list]

    def transform_to_str(self, ranks):
        return [self.b.get(rank) for rank in ranks]
