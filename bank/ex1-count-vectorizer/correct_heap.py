import heapq
from collections import defaultdict


class CountVectorizer:
    def __init__(self):
        self._forward, self._backward = {}, {}

    def fit(self, token_list):
        counts = defaultdict(int)
        for token in token_list:
            counts[token] += 1
        heap = [(-n, word) for word, n in counts.items()]
        heapq.heapify(heap)
        rank = 0
        self._forward, self._backward = {}, {}
        while heap:
            _, word = heapq.heappop(heap)
            rank += 1
            self._forward[word] = rank
            self._backward[rank] = word

    def transform_to_vec(self, token_list):
        out = []
        for token in token_list:
            try:
                out.append(self._forward[token])
            except KeyError:
                out.append(None)
        return out

    def transform_to_str(self, ranks):
        return [self._backward.get(r) for r in ranks]
