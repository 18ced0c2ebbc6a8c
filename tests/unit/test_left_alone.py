"""Which methods could not grow a class, in sentences."""

from nids.show.pages.left_alone import left_alone_sentences


def test_each_method_and_class_has_a_sentence_with_the_reason() -> None:
    few = "2 rows, and 6 are needed for 5 neighbours (smote.k_neighbors)"
    found = left_alone_sentences(
        {
            "smote": {"seed0": {"Worms": few, "Bot": "1 rows"}, "seed1": {"Worms": few}},
            "vae": {"seed0": {}, "seed1": {}},
        }
    )
    assert found == [f"SMOTE leaves Worms as it is: {few}.", "SMOTE leaves Bot as it is in 1 of 2 runs: 1 rows."]


def test_where_every_class_grows_there_is_nothing_to_say() -> None:
    assert left_alone_sentences({}) == left_alone_sentences({"smote": {"seed0": {}}}) == []
