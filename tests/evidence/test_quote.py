"""Quotes are found where they stand, however they were typed, and nowhere else."""

from __future__ import annotations

import re
from unicodedata import normalize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.evidence.quote import (
    LONGEST_PASSAGE,
    Place,
    Text,
    displayed,
    find,
    folded,
    nearest,
    passage,
    prepared,
)
from ledger.values import check_text

RELEASE = prepared(
    [
        "LS Eco Energy to build a rare-earth plant",
        "LS에코에너지는 4일 베트남에 희토류 금속 공장을 짓는다고 밝혔다. 투자 규모는 285억원이다.",
        "“We will invest 28.5 billion won,” the company said. The plant’s capacity is "
        "2,500 tonnes.",
        "Production is set to begin in 2027. The company did not name its buyers.",
    ]
)


def words_at(quote: str) -> str | None:
    """The words of the release that a quote is found at, as they are printed."""
    place = find(quote, RELEASE)
    return passage(place, RELEASE)[1] if place is not None else None


@pytest.mark.parametrize(
    ("quote", "printed"),
    [
        ("We will invest 28.5 billion won", "We will invest 28.5 billion won"),
        ('"We will invest 28.5 billion won,"', "“We will invest 28.5 billion won,”"),
        ("The plant's capacity", "The plant’s capacity"),
        ("The plant‛s capacity", "The plant’s capacity"),
        ("  28.5\u00a0billion\n won ", "28.5 billion won"),
        ("28.5\u3000billion\u2009won", "28.5 billion won"),
        ("28.5 bil\u00adlion w\u200bon", "28.5 billion won"),
        ("투자 규모는 285억원", "투자 규모는 285억원"),
        (normalize("NFD", "투자 규모는 285억원이다."), "투자 규모는 285억원이다."),
        ("285억", "285억"),
        ("2,500 tonnes. Production is set", "2,500 tonnes.\nProduction is set"),
    ],
)
def test_a_quote_is_found_however_it_was_typed(quote: str, printed: str) -> None:
    """White space, quote marks, Unicode's form and what is invisible do not matter."""
    assert words_at(quote) == printed


@pytest.mark.parametrize(
    "quote",
    [
        "we will invest 28.5 billion won",
        "28,5 billion won",
        "28.5 billion dollars",
        "rare earth plant",
        "capacity is 2500 tonnes",
        "투자규모는",
        "buyers. LS Eco",
        "",
        " \n\u00a0\u200b",
    ],
)
def test_other_words_are_not_found(quote: str) -> None:
    """Letter case, digits and punctuation count; of nothing there is no place."""
    assert words_at(quote) is None


@pytest.mark.parametrize(
    "quote",
    ["5 billion won", "8.5 billion", ".5 billion", "invest 28", "invest 28.", "500 tonnes", "85억"],
)
def test_a_number_is_not_cut(quote: str) -> None:
    """Words that begin or end inside a number of the text state another number."""
    assert words_at(quote) is None


def test_a_number_that_is_not_cut_is_found_behind_one_that_is() -> None:
    """The first place that counts is taken."""
    text = prepared(["28.5 tonnes, then 5 tonnes, in 2026, 5."])
    assert find("5 tonnes", text) == Place(1, 19, 1, 26)
    assert find("2026", text) == Place(1, 32, 1, 35)


def test_the_first_of_several_places() -> None:
    """A quote that occurs often has one place."""
    text = prepared(["no", "twice here", "twice here and here"])
    assert find("here", text) == Place(2, 7, 2, 10)


def test_a_place_in_one_paragraph() -> None:
    """Paragraphs and characters count from 1; the last character is the quote's."""
    place = find("28.5 billion won", RELEASE)
    assert place == Place(3, 17, 3, 32)
    assert place.locator == "paragraph 3, characters 17-32"


def test_a_place_over_two_paragraphs() -> None:
    """The locator says in which paragraph each end lies."""
    place = find("2,500 tonnes. Production is", RELEASE)
    assert place == Place(3, 78, 4, 13)
    assert place.locator == ("paragraphs 3-4, from character 78 of the first to 13 of the last")
    before, quoted, after = passage(place, RELEASE)
    assert before.endswith("capacity is ")
    assert quoted == "2,500 tonnes.\nProduction is"
    assert after == " set to begin in 2027. The company did not name its buyers."


def test_a_locator_fits_into_a_fact() -> None:
    """However long the document is."""
    most = 10_000_000
    assert len(Place(most, most, most, most).locator) < 100
    assert len(Place(most - 1, most, most, most).locator) < 100


def test_paragraphs_are_counted_as_displayed() -> None:
    """Those with nothing to see are left out, and places count in what is shown."""
    text = prepared(["one", " \u200b ", "\x1b[31mtwo\u00ad  three", normalize("NFD", "각 four")])
    assert text.paragraphs == ("one", "[31mtwo three", "각 four")
    assert find("four", text) == Place(3, 3, 3, 6)


def test_an_empty_text_has_no_places() -> None:
    """Nor anything near."""
    assert find("a", prepared([])) is None
    assert nearest("a", prepared([])) is None


def test_many_marks_on_a_letter_cost_nothing() -> None:
    """A tower of marks, whose order NFC would sort for hours, is cut down."""
    tower = "a" + "\u0327\u0301" * 1_000_000
    assert len(displayed(tower)) == 30
    assert find("end", prepared([tower + " the end"])) == Place(1, 36, 1, 38)


# --- the nearest passage ---------------------------------------------------------------------


def test_the_nearest_passage_shares_most_words() -> None:
    """A quote with a wrong figure is shown the right one."""
    assert nearest("We will invest 82.5 billion won", RELEASE) == (3, RELEASE.paragraphs[2])


def test_the_nearest_passage_in_korean() -> None:
    """Words are what stands between spaces."""
    assert nearest("투자 규모는 258억원이다", RELEASE) == (2, RELEASE.paragraphs[1])


def test_case_and_punctuation_do_not_matter_for_nearness() -> None:
    """They are often what was wrong."""
    found = nearest("production, is set to BEGIN in (2027)", RELEASE)
    assert found is not None
    assert found[0] == 4


@pytest.mark.parametrize("quote", ["", "copper cathode from Chile", "the a b c"])
def test_nothing_is_near(quote: str) -> None:
    """Less than a third of the words is chance."""
    assert nearest(quote, RELEASE) is None


def test_words_far_apart_are_not_near() -> None:
    """They must stand together, in a window little longer than the quote."""
    filler = " filler" * 30
    text = prepared([f"alpha{filler} beta{filler} gamma{filler} delta"])
    assert nearest("alpha beta gamma delta", text) is None


def test_repeated_words_count_as_often_as_the_quote_has_them() -> None:
    """A heap of one common word is not near to a sentence that has it once."""
    text = prepared(["the the the the the the", "the plant was sold"])
    assert nearest("the plant was bought", text) == (2, "the plant was sold")


def test_a_long_passage_is_cut_at_words() -> None:
    """What is shown holds the words that are shared, and says where it was cut."""
    words = [f"word{number}" for number in range(1_000)]
    text = prepared([" ".join(words)])
    found = nearest("word500 word501 other word503", text)
    assert found is not None
    assert re.fullmatch(r"…word\d+ .*word500 word501 word502 word503 .*word\d+…", found[1])
    assert len(found[1]) <= LONGEST_PASSAGE
    assert set(found[1].strip("…").split()) <= set(words)


def test_a_long_passage_at_either_end() -> None:
    """It is not marked as cut where it was not."""
    text = prepared([" ".join(f"word{number}" for number in range(1_000))])
    first, last = nearest("word0 word1 a", text), nearest("word998 word999 a", text)
    assert first is not None
    assert last is not None
    assert first[1].startswith("word0 ")
    assert last[1].endswith(" word999")


def test_a_passage_without_spaces_is_cut_anywhere() -> None:
    """One endless word has no better place."""
    found = nearest("가" * 1_000, prepared(["나 " + "가" * 1_000]))
    assert found is not None
    assert found[1].strip("…가") == ""
    assert 200 < len(found[1]) <= LONGEST_PASSAGE


# --- laws ------------------------------------------------------------------------------------

LETTERS = st.sampled_from("ab Z1.,-“”‘’'\"\u00a0\u3000\n\u00ad\u200b각한é\u0301\u0327\u1100\u1161")
ANY = st.one_of(st.text(LETTERS), st.text())
TEXTS = st.lists(ANY, max_size=5).map(prepared)
WITHOUT_DIGITS = st.lists(
    st.text(LETTERS.filter(lambda c: not c.isdecimal()), min_size=1), min_size=1, max_size=5
).map(prepared)


@st.composite
def retyped(draw: st.DrawFn, text: str) -> str:
    """The same words as another program or person might write them."""
    others = {
        " ": st.sampled_from([" ", "  ", "\u00a0", "\n", "\u3000", " \t\r\n", "\u2028"]),
        "'": st.sampled_from("'‘’‚‛′"),
        '"': st.sampled_from('"“”„‟″'),
    }
    between = st.sampled_from(["", "", "", "\u00ad", "\u200b", "\u202e", "\x1b"])
    letters = "".join(draw(others.get(c, st.just(c))) + draw(between) for c in folded(text))
    return normalize("NFD", letters) if draw(st.booleans()) else letters


@given(WITHOUT_DIGITS, st.data())
def test_what_was_cut_out_is_found(text: Text, data: st.DataObject) -> None:
    """Any stretch of a text is found in it, and what is highlighted are the same words."""
    whole = " ".join(text.paragraphs)
    start = data.draw(st.integers(0, len(whole)))
    cut = whole[start : data.draw(st.integers(start, len(whole)))]
    quote = data.draw(retyped(cut))
    assume(folded(quote))
    place = find(quote, text)
    assert place is not None
    before, quoted, after = passage(place, text)
    assert folded(quoted) == folded(quote)
    between = text.paragraphs[place.first_paragraph - 1 : place.last_paragraph]
    assert before + quoted + after == "\n".join(between)
    assert len(before) == place.first_character - 1


@given(TEXTS, ANY)
def test_what_is_found_is_there(text: Text, quote: str) -> None:
    """A place is where the words are; words that are nowhere have none."""
    place = find(quote, text)
    if folded(quote) not in folded(" ".join(text.paragraphs)):
        assert place is None
    if place is not None:
        assert folded(passage(place, text)[1]) == folded(quote)


@given(TEXTS, ANY)
def test_what_is_near_is_in_the_text(text: Text, quote: str) -> None:
    """A passage is short, and its words stand in the text, from the paragraph named on."""
    near = nearest(quote, text)
    if near is not None:
        assert len(near[1]) <= LONGEST_PASSAGE
        assert near[1].strip("…") in " ".join(text.paragraphs[near[0] - 1 :])


@given(ANY)
def test_what_is_displayed_is_fit_to_be_shown(text: str) -> None:
    """One line in NFC that could be recorded as a title; displaying it again changes nothing."""
    shown = displayed(text)
    assert displayed(shown) == shown
    assert check_text(shown) == shown
    assert "\n" not in shown
    assert len(folded(shown)) == len(shown)
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("part", ["8000억원을 투자", "조8000억", "1조", "투자 1", "조원"])
def test_a_korean_number_is_not_cut(part: str) -> None:
    """1조8000억 is one number: a part of it is not what the text says."""
    text = prepared(["투자 1조8000억원을 투자한다. 그리고 2조원."])
    assert find(part, text) is None
    assert find("1조8000억원을 투자", text) is not None
