from steelyard.base.identifiers import LENGTH, new_ref, read_ref, shown


def test_a_reference_read_aloud_and_typed_back_is_the_same_reference():
    ref = new_ref()
    assert len(ref) == LENGTH
    assert read_ref(shown(ref).lower()) == ref


def test_what_cannot_be_a_reference_is_nothing():
    assert read_ref("12") == ""
    assert read_ref("U" * 26) == ""
