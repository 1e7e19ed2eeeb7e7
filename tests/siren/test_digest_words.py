"""Two people who read the same words aloud have the same content before them."""

import hashlib
from itertools import combinations

from services.publisher.siren.officers.words import WORDS, words


def steps_between(one: str, other: str) -> int:
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, another in enumerate(other, 1):
            here.append(
                min(before[column] + 1, here[-1] + 1, before[column - 1] + (letter != another))
            )
        before = here
    return before[-1]


def test_there_is_a_word_for_every_byte_and_none_twice() -> None:
    assert len(WORDS) == len(set(WORDS)) == 256
    assert all(word.isalpha() and word == word.lower() and 3 <= len(word) <= 9 for word in WORDS)
    assert set("".join(WORDS)) <= set("abcdefghijklmnopqrstuvwxyzåäö")


def test_no_word_is_nearly_another_or_begins_like_one() -> None:
    near = [
        pair
        for pair in combinations(WORDS, 2)
        if pair[1].startswith(pair[0])
        or pair[0].startswith(pair[1])
        or (abs(len(pair[0]) - len(pair[1])) < 2 and steps_between(*pair) < 2)
    ]
    assert near == []


def test_the_same_content_has_the_same_words_and_other_content_others() -> None:
    one, other = (hashlib.sha256(text).hexdigest() for text in (b"boil", b"do not boil"))
    assert words(one) == words(one)
    assert words(one) != words(other)
    assert len(words(one).split()) == 4
    assert words(one, 6).startswith(words(one))
    assert words("00ff01fe" + "00" * 28) == f"{WORDS[0]} {WORDS[255]} {WORDS[1]} {WORDS[254]}"
